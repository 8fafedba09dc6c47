// The RAN simulator: phones that move between cells, and what the network remembers of them.

// Experiments.
export { driveTestMetrics } from "./drive-test-experiment.ts";
export { attemptOutcomes } from "./events.ts";
export { createRanExperiment } from "./experiment.ts";
// Single handovers, with what each arm believed after them.
export { type ExplainedHandovers, explainHandovers } from "./explain-handovers.ts";
export type { ArmVariant } from "./hand-off/arms/variant.ts";
// Arms.
export {
  formerRanArms,
  liveRanArms,
  needsLookupTable,
  ranArmName,
  ranArmNames,
  ranArms,
} from "./hand-off/arms.ts";
// Learned models: their training, and the rule on what they expect.
export { recordTraces } from "./learned/recorded-traces.ts";
export { type TrainedModel, type TrainingParts, trainModels } from "./learned/train-models.ts";
export { recordPlan, smokePlan, standardPlan } from "./learned/training-plan.ts";
export { tuneRule, tuningOnTraces, tuningOnWorlds, tuningWorlds } from "./learned/tune-rule.ts";
export {
  contextModel,
  modelName,
  PERTURBED,
  readWeights,
  SYNTHETIC,
  type TrainedFor,
  trainedLatentBytes,
  weightsFolder,
} from "./learned/weights.ts";
// The dashboard's side.
export { createRanLive, type RanLive } from "./live.ts";
export { type LineOfSightChange, lineOfSight } from "./metrics/line-of-sight.ts";
export { ranMetrics } from "./metrics/ran-metrics.ts";
// One handover explained.
export { type StoredEvent, type StoredHandover, sequenceCharts } from "./metrics/sequence-chart.ts";
// The grid search behind the arm `a3-tuned`.
export { tuneA3 } from "./policy/tune-a3.ts";
export { createReplayExperiment } from "./replay-experiment.ts";
// Scenarios.
export { parseRanScenario, type RanScenario, ranScenarioSchema } from "./scenario.ts";
export { loadRanScenario, ranScenarioNames, ranScenarios } from "./scenario-file.ts";
export { createSyntheticWorld } from "./synthetic-world.ts";
// Traces.
export { parseColumnTexts } from "./trace/column-map.ts";
export { readMultiCellTraces, readTraces, type TraceInput } from "./trace/read-traces.ts";
export { createKnownRows, type KnownRows, splitTraces } from "./trace/trace-split.ts";
export { createTraceExperiment } from "./trace-experiment.ts";
// Captures of the Xn interfaces.
export { createXnCapture, payloadDissector } from "./xn/index.ts";
