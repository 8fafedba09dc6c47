// Hand-offs between agents: pipelines, what they cost by formula, what really crosses, and traces that users bring.

export {
  type CalibrationFile,
  calibrationFileSchema,
  parseCalibrationFile,
} from "./cost/calibration-file.ts";
// Cost by formula, and the figures it starts from.
export { modelPresets } from "./cost/model.ts";
export { prefillFlops, prefillSeconds } from "./cost/prefill.ts";
export { createAgentExperiment } from "./experiment.ts";
export { fleetMetrics } from "./fleet/metrics.ts";
// The arms.
export { agentArms, fleetOnlyArms, measuredArms, measuredLiveArms } from "./hand-off/arm-lists.ts";
export type { AgentArm } from "./hand-off/arms.ts";
export type { MeasuredModel } from "./hand-off/latents.ts";
// Models that users bring, and how fast one is here.
export { calibrationFile, measureSpeeds } from "./language-model/calibrate.ts";
export { loadExternalModel } from "./language-model/external/load-external.ts";
// The language model that is really run, and the language that it reads.
export * as language from "./language-model/language.ts";
export {
  decodeGreedily,
  type LanguageModel,
} from "./language-model/language-model.ts";
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
  type AgentLive,
  agentStagePhases,
  createAgentLive,
} from "./live.ts";
// The pipeline through a model that really runs.
export { createAsking } from "./measured/ask.ts";
export { type AskOffer, askOffer } from "./measured/ask-offer.ts";
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
// The pipeline and where it comes from.
export {
  type AgentScenario,
  agentScenarioJsonSchema,
  agentScenarioSchema,
  parseAgentScenario,
} from "./scenario.ts";
export {
  agentScenarioNames,
  agentScenarios,
  loadAgentScenario,
} from "./scenario-files.ts";
// Traces that users bring.
export { boundsInWords } from "./workload/bounds.ts";
export { createImportExperiment } from "./workload/import-experiment.ts";
export { importMetrics } from "./workload/import-metrics.ts";
export { readRequestWorkload } from "./workload/read-workload.ts";
export { setAsideSentences } from "./workload/set-aside.ts";
