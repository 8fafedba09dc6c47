// What each arm would change in the hand-offs of a recorded run, by formula.
import type { Tally } from "#core";
import { cacheCodecS } from "../cost/cache-codec.ts";
import { decodeSeconds } from "../cost/decode.ts";
import type { CostFigures } from "../cost/figures.ts";
import { hopTokens } from "../cost/hop-tokens.ts";
import { kvCacheBytes } from "../cost/model.ts";
import { prefillFlops, prefillSeconds } from "../cost/prefill.ts";
import { type AgentArm, armRules } from "../hand-off/arms.ts";
import type { AgentScenario } from "../scenario.ts";

export interface ImportOptions {
  /** The scenario of the units. */
  readonly name: string;
  readonly arms: readonly string[];
  readonly costs: { readonly scenario: AgentScenario; readonly figures: CostFigures };
}

/** One hand-off of a run. */
export interface RecordedHop {
  /** Shared tokens that existed before the last speaker: what an arm may carry, cache or leave out. */
  readonly contextTokens: number;
  /** Bytes of their text; null where the trace does not say. */
  readonly contextBytes: number | null;
  /** What the receiver reads in every arm: what the last speaker said, and what is its own. */
  readonly messageTokens: number;
  /** Of these, what nobody in the run had read or written before. */
  readonly newTokens: number;
}

interface HopCost {
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  /** Null where the trace does not say. */
  readonly wireBytes: number | null;
}

/** Returns what `arm` adds for the hand-offs of a run of `runTokens` tokens in all. */
export function hopTallies(
  hops: readonly RecordedHop[],
  runTokens: number,
  arm: AgentArm,
  { scenario, figures }: ImportOptions["costs"],
): Record<string, Tally> {
  const { model } = scenario;
  const costs = hops.map((hop) => hopCost(arm, scenario, hop));
  let prefilled = 0;
  let cached = 0;
  let flops = 0;
  let bytes = 0;
  let reread = 0;
  let knowsBytes = true;
  costs.forEach(({ prefillTokens, cachedTokens, wireBytes }, i) => {
    prefilled += prefillTokens;
    cached += cachedTokens;
    flops += prefillFlops(model, prefillTokens, cachedTokens);
    bytes += wireBytes ?? 0;
    if (wireBytes === null) knowsBytes = false;
    if (arm !== "single") reread += prefillTokens - hops[i].newTokens;
  });
  const samples = knowsBytes
    ? costs.map((cost, i) => firstTokenMs(cost, hops[i], arm, scenario, figures))
    : [];
  const weight = costs.length;
  return {
    ...(runTokens === 0 ? {} : { rereadFactor: { sum: reread / runTokens, weight: 1 } }),
    ...(prefilled + cached === 0 ? {} : { cacheReadShare: { sum: cached, weight: prefilled + cached } }),
    prefillTokensPerHop: { sum: prefilled, weight },
    flopsPerHop: { sum: flops, weight },
    ...(knowsBytes
      ? {
          wireBytesPerHop: { sum: bytes, weight },
          "timeToFirstTokenMs.p50": { samples },
          "timeToFirstTokenMs.p95": { samples },
        }
      : {}),
  };
}

function firstTokenMs(
  { prefillTokens, cachedTokens, wireBytes }: HopCost,
  { contextTokens, messageTokens }: RecordedHop,
  arm: AgentArm,
  { model }: AgentScenario,
  figures: CostFigures,
): number {
  if (arm === "single") return 1000 * decodeSeconds(figures.decode, 1, contextTokens + messageTokens);
  const linkS = figures.linkDelayS + (wireBytes ?? 0) / figures.linkBytesPerS;
  const codecS = armRules[arm].carries === "kv" ? cacheCodecS(figures.cacheCodec, cachedTokens) : 0;
  return 1000 * (linkS + codecS + prefillSeconds(model, figures.prefill, prefillTokens, cachedTokens));
}

function hopCost(arm: AgentArm, { cache, model, kv, summary }: AgentScenario, hop: RecordedHop): HopCost {
  if (arm === "single") return { prefillTokens: 0, cachedTokens: 0, wireBytes: 0 };
  const rule = armRules[arm];
  const { carries } = rule;
  const share = carries === "nothing" ? 0 : carries === "summary" ? summary.ratio : 1;
  const sizes = { contextTokens: Math.floor(share * hop.contextTokens), ownTokens: hop.messageTokens };
  const { carriedTokens, cachedTokens, prefillTokens } = hopTokens(rule, sizes, cache);
  return {
    prefillTokens,
    cachedTokens,
    wireBytes:
      carries === "kv"
        ? kvCacheBytes(model, carriedTokens, kv.precision)
        : share === 0
          ? 0
          : hop.contextBytes === null
            ? null
            : Math.floor(share * hop.contextBytes),
  };
}
