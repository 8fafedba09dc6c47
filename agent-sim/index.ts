// Hand-offs between agents: pipelines, what they cost by formula, what really crosses, and traces that users bring.

export { linkCalibrations, prefillCalibrations, pullMeasurements } from "./cost/calibration.ts";
export {
  type CalibrationFile,
  calibrationFileSchema,
  parseCalibrationFile,
} from "./cost/calibration-file.ts";
export { calibrationRows } from "./cost/figures.ts";
// Cost by formula, and the figures it starts from.
export { kvCacheBytes, type ModelShape, modelPresets } from "./cost/model.ts";
export { prefillFlops, prefillSeconds, pullBeatsRecompute } from "./cost/prefill.ts";
export { createAgentExperiment } from "./experiment.ts";
export { fleetMetrics } from "./fleet/metrics.ts";
// A fleet of servers that many tasks share.
// The arms.
export { agentArms, fleetOnlyArms, measuredArms, measuredLiveArms } from "./hand-off/arm-lists.ts";
export { type AgentArm, type ArmRule, armRules } from "./hand-off/arms.ts";
export { countKvStream, encodeKvStream } from "./hand-off/kv-stream.ts";
export type { MeasuredModel } from "./hand-off/latents.ts";
// The hand-off on the wire.
export {
  type DecodedMessage,
  decodeMessage,
  encodeMessage,
  type MessageFailure,
} from "./hand-off/message.ts";
// Models that users bring, and how fast one is here.
export { calibrationFile, measureSpeeds } from "./language-model/calibrate.ts";
export { type ExternalModel, loadExternalModel } from "./language-model/external/load-external.ts";
// The language model that is really run, and the language that it reads.
export * as language from "./language-model/language.ts";
export {
  decodeGreedily,
  type KvCache,
  type LanguageModel,
  type LanguageModelShape,
  type ModelInput,
  type ModelOutput,
  missingInput,
} from "./language-model/language-model.ts";
export { optimiseMemories } from "./language-model/oracle.ts";
export { type ProbeResult, probeStates } from "./language-model/probe.ts";
export {
  type LanguageKind,
  smokeLanguagePlan,
  standardLanguagePlan,
  trainLanguage,
  withSteps,
} from "./language-model/train-models.ts";
export { languageWeightsFolder, loadDecoder, openDocumentModel } from "./language-model/weights.ts";
export {
  type AgentFrame,
  type AgentLive,
  agentStagePhases,
  createAgentLive,
  liveTasks,
} from "./live.ts";
// The pipeline through a model that really runs.
export { continuationMetrics, createContinuationExperiment } from "./measured/continuation.ts";
export { createMeasuredExperiment } from "./measured/experiment.ts";
export { factBits, memoryBits } from "./measured/information.ts";
export { createMeasuredLive, type MeasuredLive } from "./measured/live.ts";
export { measuredMetrics } from "./measured/metrics.ts";
export { isMeasuredFolder, openMeasuredModel } from "./measured/open-model.ts";
export { textVocabulary } from "./measured/text-vocabulary.ts";
export { agentMetrics } from "./metrics/agent-metrics.ts";
// Runs.
export { agentArmName, formerAgentArms } from "./pipeline/former-arms.ts";
export { createGraph, type PipelineGraph } from "./pipeline/graph.ts";
// The pipeline and where it comes from.
export {
  type AgentScenario,
  agentScenarioJsonSchema,
  agentScenarioSchema,
  parseAgentScenario,
} from "./scenario.ts";
export {
  type AgentScenarioSummary,
  agentScenarioNames,
  agentScenarios,
  loadAgentScenario,
} from "./scenario-files.ts";
// Traces that users bring.
export { boundsInWords } from "./workload/bounds.ts";
export { observedArm } from "./workload/cannot-tell.ts";
export { type AgentImport, createImportExperiment } from "./workload/import-experiment.ts";
export { importMetrics } from "./workload/import-metrics.ts";
export { openTrace, readRequestWorkload, type TraceFormat } from "./workload/read-workload.ts";
export { setAsideSentences } from "./workload/set-aside.ts";
