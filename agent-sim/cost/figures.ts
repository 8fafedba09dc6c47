// The figures that a scenario's formulas use, resolved from its calibration, and the rows that show them.
import { bytesPerValue, type KpiRow, NO_INTERVAL } from "#core";
import type { AgentScenario } from "../scenario.ts";
import type { CacheCodec } from "./cache-codec.ts";
import {
  assumedPromptTokens,
  cachePriceFactors,
  calibrationDate,
  codingAgentCacheReads,
  linkCalibrations,
  type Provenance,
  prefillCalibrations,
} from "./calibration.ts";
import { type CalibrationFile, calibrationSource } from "./calibration-file.ts";
import { type DecodeSpeed, decodeSpeed } from "./decode.ts";
import { kvCacheBytes, type ModelShape } from "./model.ts";
import { type PrefillRate, prefillSeconds } from "./prefill.ts";
import type { Prices } from "./price.ts";

/** What the cost of a hand-off is computed with. */
export interface CostFigures {
  readonly model: ModelShape;
  readonly prefill: PrefillRate;
  readonly cacheCodec: CacheCodec;
  /** Of one sequence alone. */
  readonly decode: DecodeSpeed;
  /** How long a step of so many sequences takes, one token each, with nothing behind them; rising in `sequences`. */
  readonly decodeSteps: readonly { readonly sequences: number; readonly stepS: number }[];
  readonly linkBytesPerS: number;
  readonly linkDelayS: number;
  readonly prices: Prices;
}

/** Returns the figures of a scenario: the cited ones, unless it names its own or a file of measured ones. */
export function costFigures({
  calibration,
  model,
  speeds,
}: Pick<AgentScenario, "calibration" | "model" | "speeds">): CostFigures {
  const { decode, decodeSteps } =
    speeds === undefined ? assumedDecode(model, calibration) : measuredDecode(model, speeds);
  return {
    model,
    prefill: prefillRate(calibration, speeds),
    cacheCodec: { write: speeds?.cacheExport ?? [], open: speeds?.cacheImport ?? [] },
    decode,
    decodeSteps,
    linkBytesPerS: calibration.linkBytesPerS ?? linkCalibrations[calibration.link].bytesPerS,
    linkDelayS: calibration.linkDelayMs / 1000,
    prices: calibration,
  };
}

function prefillRate(
  calibration: AgentScenario["calibration"],
  speeds: CalibrationFile | undefined,
): PrefillRate {
  const { prefillTokensPerS, prefillAtTokens = assumedPromptTokens, prefillFixedMs } = calibration;
  const { rate } = prefillCalibrations[calibration.prefill];
  if (speeds !== undefined) {
    const measured = {
      points: speeds.prefill.map(({ tokens, tokensPerS }) => ({ tokens, tokensPerS })),
      fixedS: (speeds.prefillFixedMs?.ms ?? 0) / 1000,
    };
    return speeds.cachedPrefill === undefined ? measured : behindCache(measured, speeds);
  }
  return {
    points:
      prefillTokensPerS === undefined
        ? rate.points
        : [{ tokens: prefillAtTokens, tokensPerS: prefillTokensPerS }],
    fixedS: prefillFixedMs === undefined ? rate.fixedS : prefillFixedMs / 1000,
  };
}

/** Decoding at the scenario's rate, which is that of a sequence with nothing behind it. */
function assumedDecode(
  model: ModelShape,
  calibration: AgentScenario["calibration"],
): Pick<CostFigures, "decode" | "decodeSteps"> {
  const stepS = 1 / calibration.decodeTokensPerS;
  const decode = decodeSpeed(model, { stepS, contextTokens: 0, weightBytes: weightBytesOf(calibration) });
  return { decode, decodeSteps: [{ sequences: 1, stepS }] };
}

function weightBytesOf({ weightBytes, prefill }: AgentScenario["calibration"]): number {
  return weightBytes ?? prefillCalibrations[prefill].weightBytes;
}

/** Decoding as measured; what the contexts of the measurement took is taken off again. Weights and cache are taken to have one precision. */
function measuredDecode(
  model: ModelShape,
  { decode: points }: CalibrationFile,
): Pick<CostFigures, "decode" | "decodeSteps"> {
  const [first] = points;
  const stepS = first.sequences / first.tokensPerS;
  const contextTokens = first.sequences * (first.contextTokens ?? 0);
  const decode = decodeSpeed(model, { stepS, contextTokens, weightBytes: bytesPerValue.fp16 });
  const decodeSteps = points.map(({ sequences, tokensPerS, contextTokens: behind = 0 }) => ({
    sequences,
    stepS: Math.max(decode.decodeStepS, sequences / tokensPerS - sequences * behind * decode.decodeContextS),
  }));
  return { decode, decodeSteps };
}

/** Returns the rate with what prompts behind a cache were measured to take beyond its formula. */
function behindCache(rate: PrefillRate, { model, cachedPrefill = [] }: CalibrationFile): PrefillRate {
  return {
    ...rate,
    behindCache: cachedPrefill.map(({ tokens, cachedTokens, tokensPerS }) => ({
      cachedTokens,
      extraS: tokens / tokensPerS - prefillSeconds(model, rate, tokens, cachedTokens),
    })),
  };
}

/** Of what a measured figure is made. */
interface Sample {
  readonly n: number;
  readonly ci95?: readonly [number, number] | undefined;
}

/** The arm of rows that belong to no arm. */
export const inputArm = "input";

/**
 * Returns one row for every figure that the scenario's formulas use, `cited` with its source, `measured` where its file
 * says, or `assumed`, and one more to see `cacheReadShare` against. Speeds taken at several lengths, behind several caches or in several
 * batches have a row each (`default/tokens=512`, `default/cached=240`, `default/sequences=8`). n is the repetitions of a measurement, else 0: no sample of ours.
 */
export function calibrationRows(experiment: string, scenario: AgentScenario): readonly KpiRow<"agent">[] {
  const figures = costFigures(scenario);
  const { calibration, speeds } = scenario;
  const chosen: Provenance = { kind: "assumed", source: "scenario" };
  const file: Provenance | undefined =
    speeds === undefined ? undefined : { kind: "measured", source: calibrationSource(speeds) };
  const cited = prefillCalibrations[calibration.prefill].provenance;
  const row = (
    [metric, unit, value]: readonly [string, string, number],
    { kind, source }: Provenance,
    name: string = scenario.name,
    sample?: Sample,
  ): KpiRow<"agent"> => ({
    experiment,
    domain: "agent",
    kind,
    source: kind === "cited" ? `${source}; collected ${calibrationDate}` : source,
    scenario: name,
    arm: inputArm,
    metric: `calibration.${metric}`,
    unit,
    value,
    ci95: sample?.ci95 ?? NO_INTERVAL,
    n: sample?.n ?? 0,
    seeds: 0,
  });
  const { points, fixedS } = figures.prefill;
  const speedFrom = file ?? (calibration.prefillTokensPerS === undefined ? cited : chosen);
  const lengthKnown = calibration.prefillTokensPerS === undefined && points[0].tokens !== assumedPromptTokens;
  const placed = (count: number, place: string): string =>
    count === 1 ? scenario.name : `${scenario.name}/${place}`;
  return [
    ...points.map(({ tokens, tokensPerS }, i) =>
      row(
        ["prefillTokensPerS", "tokens/s", tokensPerS],
        speedFrom,
        placed(points.length, `tokens=${tokens}`),
        speeds?.prefill[i],
      ),
    ),
    ...(file === undefined && points.length === 1
      ? [
          row(
            ["prefillAtTokens", "tokens", points[0].tokens],
            lengthKnown
              ? cited
              : { kind: "assumed", source: "the length at which the speed holds; attention added around it" },
          ),
        ]
      : []),
    row(
      ["prefillFixedMs", "ms", fixedS * 1000],
      file ?? (calibration.prefillFixedMs === undefined ? cited : chosen),
      scenario.name,
      speeds?.prefillFixedMs,
    ),
    ...(file === undefined ? [] : cacheFigures(scenario)).map(({ figure, place, sample }) =>
      row(figure, file as Provenance, `${scenario.name}/${place}`, sample),
    ),
    ...(speeds?.decode ?? [{ sequences: 1, tokensPerS: calibration.decodeTokensPerS }]).map(
      (point, _, { length }) =>
        row(
          ["decodeTokensPerS", "tokens/s", point.tokensPerS],
          file ?? chosen,
          placed(length, `sequences=${point.sequences}`),
          speeds === undefined ? undefined : (point as CalibrationFile["decode"][number]),
        ),
    ),
    row(["decodeContextMs", "ms/1000 tokens", 1e6 * figures.decode.decodeContextS], {
      kind: "assumed",
      source:
        "decoding bound by memory: " +
        (speeds === undefined
          ? `weights of ${weightBytesOf(calibration)} B and a cache of ${kvCacheBytes(scenario.model, 1, "fp16")} B a token read at one rate`
          : "weights and cache of one precision read at one rate"),
    }),
    row(
      ["linkBytesPerS", "B/s", figures.linkBytesPerS],
      calibration.linkBytesPerS === undefined ? linkCalibrations[calibration.link].provenance : chosen,
    ),
    row(["linkDelayMs", "ms", calibration.linkDelayMs], chosen),
    row(["inputUsdPerMTok", "USD/Mtoken", calibration.inputUsdPerMTok], chosen),
    row(["outputUsdPerMTok", "USD/Mtoken", calibration.outputUsdPerMTok], chosen),
    row(
      ["cacheWriteFactor", "1", calibration.cacheWriteFactor],
      calibration.cacheWriteFactor === cachePriceFactors.write ? cachePriceFactors.provenance : chosen,
    ),
    row(
      ["cacheReadFactor", "1", calibration.cacheReadFactor],
      calibration.cacheReadFactor === cachePriceFactors.read ? cachePriceFactors.provenance : chosen,
    ),
    row(["kvBytesPerToken", "B", kvCacheBytes(scenario.model, 1, scenario.kv.precision)], {
      kind: "assumed",
      source: `2 L Hkv d b of ${scenario.model.name}`,
    }),
    row(["codingAgentCacheReadShare", "1", codingAgentCacheReads.share], codingAgentCacheReads.provenance),
  ];
}

/** What a file says of caches: prompts behind them, and they as messages. */
function cacheFigures({ speeds }: AgentScenario): readonly {
  readonly figure: readonly [metric: string, unit: string, value: number];
  readonly place: string;
  readonly sample: Sample;
}[] {
  const { cachedPrefill = [], cacheExport = [], cacheImport = [] } = speeds ?? {};
  const codec = (metric: string, points: typeof cacheExport) =>
    points.map((sample) => ({
      figure: [metric, "ms", sample.ms] as const,
      place: `tokens=${sample.tokens}`,
      sample,
    }));
  return [
    ...cachedPrefill.map((sample) => ({
      figure: ["cachedPrefillTokensPerS", "tokens/s", sample.tokensPerS] as const,
      place: `cached=${sample.cachedTokens}`,
      sample,
    })),
    ...codec("cacheExportMs", cacheExport),
    ...codec("cacheImportMs", cacheImport),
  ];
}
