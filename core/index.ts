// The idea: compress, transport, project. Knows neither phones nor agents. Runs in Node and in the browser.

export { type Awaitable, forgetFailed, whenReady } from "./awaitable.ts";
export { BadInputError, nearestName, requireName } from "./bad-input.ts";
export { type CalendarTime, calendarTimeMs } from "./calendar.ts";
export { dbToLinear, linearToDb } from "./decibel.ts";
export { createEventHeap, type EventHeap, pushEvent, takeEvent } from "./events/event-heap.ts";
export { type Comparison, compareArms } from "./experiment/compare.ts";
export type {
  ArmDescription,
  Experiment,
  GapDefinition,
  Pause,
  Shard,
  ShardResult,
  TableName,
  TableRow,
} from "./experiment/experiment.ts";
export { formulaRows } from "./experiment/formula-rows.ts";
export { gapClosedRows } from "./experiment/gap-closed.ts";
export {
  formulaText,
  formulaTexts,
  type KpiFormula,
  kpisSchema,
  parseFormulas,
  tryFormulas,
} from "./experiment/kpi-formula.ts";
// Experiments and their records.
export { checkKpiRows, type KpiRow, kpiRowSchema } from "./experiment/kpi-row.ts";
export { type LiveFormulas, liveFormulas, poolWithFormulas } from "./experiment/live-formulas.ts";
export type { MetricDefinition, Tally, UnitResult } from "./experiment/metric.ts";
export { poolUnits } from "./experiment/pool.ts";
export { ownLane, type Progress, runExperiment } from "./experiment/run.ts";
export { fastDbToLinear, fastLinearToDb } from "./fast-decibel.ts";
export { fromFloat16Bits, toFloat16Bits } from "./float16.ts";
export { currentName, type FormerNames } from "./former-names.ts";
export { GzipError, gunzip, isGzip } from "./gzip.ts";
export type { Compressor } from "./hand-off/compress.ts";
export {
  anotherEntity,
  meanOfOthers,
  noiseState,
  permutedState,
  type Spread,
  spreadOf,
} from "./hand-off/controls.ts";
export {
  endInWords,
  endOfHandOff,
  endReasons,
  type HandOffEnd,
  handOffEnds,
  keptBecause,
  lostBecause,
  restoredBecause,
} from "./hand-off/end.ts";
export {
  type Consignment,
  composeHandOff,
  type HandOff,
  handOffWithoutMessage,
  type Opened,
  type Reception,
  type StepLabels,
  type Steps,
  type WireFormat,
} from "./hand-off/exchange.ts";
export { coldReasons, type ReceptionOutcome } from "./hand-off/outcome.ts";
export type { Projector } from "./hand-off/project.ts";
export { type HandOffReport, reportedPayloadBytes } from "./hand-off/report.ts";
export {
  createLink,
  type Delivery,
  type Link,
  type LinkMessage,
  type LinkParameters,
  linkParametersSchema,
  type Shipment,
} from "./hand-off/transport.ts";
export { createHandOff, payloadFormat, type VectorHandOff } from "./hand-off/vectors.ts";
// The three steps, their composition, the shape they share.
export { type LatentBatch, rowOf, type StateBatch, stateBatch } from "./latent.ts";

// Compressors and projectors that are not learned.
export { identitySteps } from "./linear/identity.ts";
export { fitAffineMap } from "./linear/least-squares.ts";
export { type LinearModel, linearSteps } from "./linear/linear-model.ts";
export { columnDeviations, columnMeans, fitPca } from "./linear/pca.ts";
export { fitRandomProjection } from "./linear/random-projection.ts";
export { parseInput } from "./parse.ts";
export {
  bytesPerValue,
  type DecodedPayload,
  decodePayload,
  encodePayload,
  type PayloadExpectation,
  type PayloadFailure,
  type Precision,
  payloadFailures,
  payloadHeaderBytes,
  payloadHeaderFields,
  precisions,
} from "./payload.ts";
// Where numbers come from.
export {
  crossDomainMetric,
  type Domain,
  type Kind,
  type OfDomain,
  ProvenanceError,
  requireCrossDomain,
  requireDomain,
} from "./provenance.ts";
// Random numbers, units, input.
export { createStream, type RandomStream } from "./random/stream.ts";
export { applySettings, type Setting } from "./settings.ts";
export { bootstrapGroups } from "./statistics/bootstrap.ts";
export { bootstrapMean } from "./statistics/bootstrap-sums.ts";
// Statistics: see statistics/README.md for which to use when.
export { type Interval, type IntervalEstimate, NO_INTERVAL } from "./statistics/interval.ts";
export { bootstrapQuantile, quantile } from "./statistics/quantile.ts";
export { wilsonInterval } from "./statistics/wilson.ts";
export { WriteError } from "./write-error.ts";
export { parseYaml } from "./yaml.ts";
