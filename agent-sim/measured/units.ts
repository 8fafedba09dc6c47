// From the hops of one task in one arm to what they add to each metric.
import type { ReceptionOutcome, Tally, UnitResult } from "#core";
import type { MeasuredArm } from "../hand-off/arms.ts";
import { type StepTimes, stepNames } from "../hand-off/clock.ts";
import type { MeasuredTask } from "./task.ts";

/** What one hop of one task took. */
export interface HopCost {
  /** 1-based. */
  readonly hop: number;
  readonly to: string;
  /** Of all predecessors' messages, headers included. */
  readonly wireBytes: number;
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  /** Prefilled positions that stand for what an earlier stage had read. */
  readonly rereadTokens: number;
  readonly flops: number;
  readonly outcome: ReceptionOutcome | null;
  /** Seconds of each step; null where there is no hand-off to time. */
  readonly times: StepTimes | null;
}

/** And what was answered at it. */
export interface MeasuredHop extends HopCost {
  /** Whether the answers were exactly right. */
  readonly own: boolean;
  readonly probe: boolean;
  /** With the latent of another document; null for arms without latents. */
  readonly ownOfAnother: boolean | null;
  readonly probeOfAnother: boolean | null;
}

export interface MeasuredTaskResult {
  readonly task: MeasuredTask;
  readonly arm: MeasuredArm;
  /** Training seed of the encoder; null for arms that have none. */
  readonly training: number | null;
  readonly hops: readonly MeasuredHop[];
  /** Seconds that the first stage took to read the document, in every arm alike. */
  readonly readS: number;
}

/** Returns the units of a task: pooled, by facts, by hop, by both, and by the roles of its stages. */
export function measuredUnits(
  { task, arm, training, hops, readS }: MeasuredTaskResult,
  scenario: string,
): readonly UnitResult<"agent">[] {
  const { seed, facts, index } = task;
  const unit = (breakdown: string, tallies: Record<string, Tally>, part = ""): UnitResult<"agent"> => ({
    domain: "agent",
    scenario: `${scenario}${breakdown}`,
    arm,
    seed,
    unit: `facts=${facts}/document=${index}${part}`,
    group: `seed=${seed}/facts=${facts}/document=${index}`,
    ...(training === null ? {} : { trainingSeed: training }),
    tallies,
  });
  const answered = (of: readonly MeasuredHop[]): Record<string, Tally> => ({
    exactMatch: shareOf(of.map(({ probe }) => probe)),
    ...ofAnother(of.map(({ probeOfAnother }) => probeOfAnother)),
    exactMatchByChance: {
      sum: of.reduce((sum, { hop }) => sum + task.hops[hop - 1].probe.chance, 0),
      weight: of.length,
    },
  });
  const rereadTokens = hops.reduce((sum, hop) => sum + hop.rereadTokens, 0);
  const runTokens = task.hops.reduce((sum, { own }) => sum + own.answer.length, task.document.tokens.length);
  const all = {
    ...answered(hops),
    ...hopCosts(hops, readS),
    rereadFactor: { sum: rereadTokens / runTokens, weight: 1 },
  };
  return [
    unit("", all),
    unit(`/facts=${facts}`, all),
    ...hops.map((hop) => unit(`/hop=${hop.hop}`, { ...answered([hop]), ...hopCosts([hop], null) })),
    ...hops.map((hop) => unit(`/facts=${facts}/hop=${hop.hop}`, answered([hop]))),
    ...hops.map((hop) => {
      const question = task.hops[hop.hop - 1].own;
      const tallies = {
        exactMatch: shareOf([hop.own]),
        ...ofAnother([hop.ownOfAnother]),
        exactMatchByChance: { sum: question.chance, weight: 1 },
      };
      // Two stages may ask as the same role.
      return unit(`/role=${question.role}`, tallies, `/hop=${hop.hop}`);
    }),
  ];
}

/** Returns the tallies of tokens, FLOPs, bytes, cold starts and times; of each step only where `readS` is given. */
export function hopCosts(hops: readonly HopCost[], readS: number | null): Record<string, Tally> {
  return { ...costs(hops), ...firstTokens(hops), ...(readS === null ? {} : steps(hops, readS)) };
}

function costs(hops: readonly HopCost[]): Record<string, Tally> {
  const sum = (value: (hop: HopCost) => number): number => hops.reduce((total, hop) => total + value(hop), 0);
  const perHop = (value: (hop: HopCost) => number): Tally => ({ sum: sum(value), weight: hops.length });
  const cachedTokens = sum((hop) => hop.cachedTokens);
  const inputTokens = cachedTokens + sum((hop) => hop.prefillTokens);
  const sent = hops.filter(({ outcome }) => outcome !== null);
  const reasons = sent.flatMap(({ outcome }) => (outcome === "warm" || outcome === null ? [] : [outcome]));
  return {
    prefillTokensPerHop: perHop((hop) => hop.prefillTokens),
    flopsPerHop: perHop((hop) => hop.flops),
    wireBytesPerHop: perHop((hop) => hop.wireBytes),
    ...(inputTokens === 0 ? {} : { cacheReadShare: { sum: cachedTokens, weight: inputTokens } }),
    ...(sent.length === 0 ? {} : { coldStartShare: { sum: reasons.length, weight: sent.length } }),
    ...Object.fromEntries(
      [...new Set(reasons)].map((reason) => [
        `coldStarts.${reason}`,
        { sum: reasons.filter((one) => one === reason).length, weight: 1 },
      ]),
    ),
  };
}

/** Returns the tallies of one duration, in seconds as it was sampled. */
function duration(name: string, samplesS: readonly number[]): Record<string, Tally> {
  if (samplesS.length === 0) return {};
  const samples = samplesS.map((seconds) => seconds * 1000);
  return { [`${name}Ms.p50`]: { samples }, [`${name}Ms.p95`]: { samples } };
}

function timesOf(hops: readonly HopCost[]): readonly StepTimes[] {
  return hops.flatMap(({ times }) => (times === null ? [] : [times]));
}

function firstTokens(hops: readonly HopCost[]): Record<string, Tally> {
  return duration(
    "timeToFirstToken",
    timesOf(hops).map((times) => stepNames.reduce((sum, step) => sum + times[step], 0)),
  );
}

function steps(hops: readonly HopCost[], readS: number): Record<string, Tally> {
  const times = timesOf(hops);
  const each = stepNames.map((step) =>
    duration(
      step,
      times.map((one) => one[step]),
    ),
  );
  return Object.assign(duration("read", [readS]), ...each);
}

function shareOf(right: readonly boolean[]): Tally {
  return { sum: right.filter(Boolean).length, weight: right.length };
}

function ofAnother(right: readonly (boolean | null)[]): Record<string, Tally> {
  const asked = right.filter((one) => one !== null);
  return asked.length === 0 ? {} : { wrongDocumentExactMatch: shareOf(asked) };
}
