// From one finished task to what it adds to each metric.
import type { Kind, Tally, UnitResult } from "#core";
import type { HopPlan, TaskPlan } from "../pipeline/plan.ts";

/** A finished task: its plan, and how long each stage took to its first token. */
export interface FinishedTask {
  readonly plan: TaskPlan;
  /** [stage] seconds after its last predecessor's last token, waiting for a busy agent included. */
  readonly firstTokenAfterS: Float64Array;
}

/**
 * Returns the task's unit, and one more for each hand-off with `/hop=h` added to the scenario.
 *
 * `group` names tasks that are not independent of each other; `kind` is what `armKind` says. cacheReadShare has no tally where a receiver reads
 * nothing at all.
 */
export function taskUnits(
  { plan, firstTokenAfterS }: FinishedTask,
  names: { readonly scenario: string; readonly group: string; readonly kind?: Kind },
): readonly UnitResult<"agent">[] {
  const hops = plan.hops.filter((hop) => hop !== null).sort((a, b) => a.hop - b.hop);
  const { task, arm } = plan;
  const unit = (scenario: string, tallies: Record<string, Tally>): UnitResult<"agent"> => ({
    domain: "agent",
    scenario,
    arm,
    seed: task.seed,
    unit: `task=${task.index}`,
    group: names.group,
    ...(names.kind === undefined ? {} : { kind: names.kind }),
    tallies,
  });
  const rereadTokens = hops.reduce((sum, hop) => sum + hop.rereadTokens, 0);
  return [
    unit(names.scenario, {
      ...hopTallies(hops, firstTokenAfterS),
      rereadFactor: { sum: rereadTokens / plan.runTokens, weight: 1 },
      costPerTask: { sum: plan.usd, weight: 1 },
    }),
    ...hops.map((hop) => unit(`${names.scenario}/hop=${hop.hop}`, hopTallies([hop], firstTokenAfterS))),
  ];
}

function hopTallies(hops: readonly HopPlan[], firstTokenAfterS: Float64Array): Record<string, Tally> {
  const sum = (value: (hop: HopPlan) => number): number => hops.reduce((total, hop) => total + value(hop), 0);
  const perHop = (value: (hop: HopPlan) => number): Tally => ({ sum: sum(value), weight: hops.length });
  const samples = hops.map((hop) => firstTokenAfterS[hop.to] * 1000);
  const cachedTokens = sum((hop) => hop.cachedTokens);
  const inputTokens = cachedTokens + sum((hop) => hop.prefillTokens);
  return {
    prefillTokensPerHop: perHop((hop) => hop.prefillTokens),
    flopsPerHop: perHop((hop) => hop.flops),
    wireBytesPerHop: perHop((hop) => hop.wireBytes),
    ...(inputTokens === 0 ? {} : { cacheReadShare: { sum: cachedTokens, weight: inputTokens } }),
    "timeToFirstTokenMs.p50": { samples },
    "timeToFirstTokenMs.p95": { samples },
  };
}
