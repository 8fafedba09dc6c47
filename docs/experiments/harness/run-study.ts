// Runs a study: every kind of worlds on every core, shard by shard, stopped and resumed as it may be.
import { type Comparison, compareArms, gapClosedRows, type KpiRow, poolUnits, type UnitResult } from "#core";
import { runOnThreads } from "#core/node";
import { ranMetrics } from "#ran-sim";
import { labelDisagreement } from "./label-disagreement.ts";
import { lanesOf } from "./lanes.ts";
import type { Replay } from "./replay.ts";
import { openShardStore } from "./shard-store.ts";
import type { Study } from "./study.ts";
import { createStudyShards } from "./study-shards.ts";

export interface StudyResult {
  readonly study: Study;
  /** What was asked for and is not there. */
  readonly missing: readonly string[];
  readonly units: readonly UnitResult<"ran">[];
  readonly kpis: readonly KpiRow<"ran">[];
  /** Every arm against each reference. */
  readonly comparisons: readonly Comparison<"ran">[];
}

export interface RunOptions {
  readonly threads: number;
  readonly replay?: Replay;
  /** Where finished shards are kept; left out, nowhere. */
  readonly folder?: string;
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly nowS?: () => number;
}

/** Returns the study's rows. Throws the signal's reason when it is stopped; what was finished is kept for the next time. */
export async function runStudy(study: Study, options: RunOptions): Promise<StudyResult> {
  const { threads, replay, folder, signal, onProgress = () => {}, nowS = () => 0 } = options;
  const missing = new Set<string>();
  const units: UnitResult<"ran">[] = [];
  for (const [index, condition] of study.conditions.entries()) {
    for (const one of lanesOf(study, condition, replay?.name).missing) missing.add(one);
    const experiment = createStudyShards({ study, condition, ...(replay === undefined ? {} : { replay }) });
    const store = folder === undefined ? null : openShardStore(folder, experiment);
    const of = `${study.slug} ${condition.name} (${index + 1} of ${study.conditions.length})`;
    const results = await runOnThreads(experiment, {
      threads,
      nowS,
      ...(store === null ? {} : { finished: await store.finished(), save: store.save }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ done, total, secondsLeft }) =>
        onProgress(`${of}: ${done} of ${total}, ${minutes(secondsLeft)} left in it\n`),
    });
    for (const result of results) units.push(...(result.units as readonly UnitResult<"ran">[]));
  }
  return { study, missing: [...missing], units, ...rowsOf(study, units) };
}

/**
 * Returns one result of two, of different arms on the same worlds: the second's arms stand before the first's. Comparisons are made
 * anew over all of them, so that Holm's correction is over more lanes than before.
 */
export function joined(result: StudyResult, added: StudyResult): StudyResult {
  const study = { ...result.study, arms: [...added.study.arms, ...result.study.arms] };
  const units = [...added.units, ...result.units];
  return {
    study,
    missing: [...new Set([...result.missing, ...added.missing])],
    units,
    ...rowsOf(study, units),
  };
}

/** Returns the pooled rows and the comparisons of a study's units. */
export function rowsOf(
  { slug, references, reported, arms }: Study,
  units: readonly UnitResult<"ran">[],
): Pick<StudyResult, "kpis" | "comparisons"> {
  const metrics = [...ranMetrics, labelDisagreement].filter(({ metric }) => reported.includes(metric));
  const about = { name: slug, domain: "ran", kind: "simulated", metrics } as const;
  const hasEnds = ["cold", "whole"].every((end) => arms.some(({ arm }) => arm === end));
  const gap =
    hasEnds && reported.includes("gapClosed")
      ? gapClosedRows(
          about,
          { metric: "postHandoverAccuracy.50-250ms", floor: "cold", ceiling: "whole" },
          units,
        )
      : [];
  return {
    kpis: [...poolUnits(about, units), ...gap],
    comparisons: references.flatMap((reference) => compareArms(about, units, reference)),
  };
}

function minutes(seconds: number | null): string {
  if (seconds === null) return "?";
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
