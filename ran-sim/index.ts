// The RAN simulator: phones that move between cells, and what the network remembers of them.

// Experiments.
export { createDriveTestExperiment, driveTestArms, driveTestMetrics } from "./drive-test-experiment.ts";
export type { AttemptOutcome, RanEvent, RanEventType } from "./events.ts";
export { attemptOutcomes } from "./events.ts";
export { createRanExperiment, type RanExperimentOptions } from "./experiment.ts";
export type { ArmVariant } from "./hand-off/arms/variant.ts";
// Arms.
export {
  defaultRanArms,
  formerRanArms,
  liveRanArms,
  needsLookupTable,
  ranArmName,
  ranArmNames,
  ranArms,
} from "./hand-off/arms.ts";
export { publishedBaselineArms } from "./handover/published-baseline-parameters.ts";
// Learned models: their training, and the rule on what they expect.
export { recordTraces } from "./learned/recorded-traces.ts";
export { type TrainedModel, type TrainingParts, trainModels } from "./learned/train-models.ts";
export { recordPlan, smokePlan, standardPlan, type TrainingPlan } from "./learned/training-plan.ts";
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
export { createRanLive, type RanFrame, type RanLive, type RanLiveOptions } from "./live.ts";
export { type LineOfSightChange, lineOfSight } from "./metrics/line-of-sight.ts";
export { ranMetrics } from "./metrics/ran-metrics.ts";
// One handover explained.
export { type StoredEvent, type StoredHandover, sequenceCharts } from "./metrics/sequence-chart.ts";
// The grid search behind the arm `a3-tuned`.
export { tuneA3 } from "./policy/tune-a3.ts";
export { createReplayExperiment, type ReplayExperimentOptions } from "./replay-experiment.ts";
// Scenarios.
export { parseRanScenario, type RanScenario, ranScenarioSchema } from "./scenario.ts";
export { loadRanScenario, ranScenarioNames, ranScenarios } from "./scenario-file.ts";
export { Phase, phaseNames } from "./state.ts";
export { createSyntheticWorld } from "./synthetic-world.ts";
// Traces.
export { parseColumnTexts } from "./trace/column-map.ts";
export { readMultiCellTraces, readTraces, type TraceInput } from "./trace/read-traces.ts";
export { createKnownRows, type KnownRows, splitTraces } from "./trace/trace-split.ts";
export { createTraceExperiment } from "./trace-experiment.ts";
export { FIRST_TRAINING_SEED } from "./training.ts";
// Captures of the Xn interfaces.
export { createXnCapture, payloadDissector, type XnCapture } from "./xn/index.ts";
