// What a multi-agent transcript shows, and what each arm would change in it.
import type { Tally, UnitResult } from "#core";
import type { CostFigures } from "../cost/figures.ts";
import { kvCacheBytes } from "../cost/model.ts";
import { prefillFlops, prefillSeconds } from "../cost/prefill.ts";
import { type AgentArm, armRules } from "../pipeline/arms.ts";
import type { AgentScenario } from "../scenario.ts";
import { rereadFactor, type TranscriptRun } from "./parse-transcript.ts";

/** `text` is what `observed` counts, put into bytes and seconds. */
export const transcriptArms: readonly AgentArm[] = [
  "none",
  "text",
  "prefix-cache",
  "summary",
  "kv",
  "single",
];

export interface ImportOptions {
  readonly name: string;
  readonly arms: readonly string[];
  readonly costs: { readonly scenario: AgentScenario; readonly figures: CostFigures };
}

/**
 * Returns one unit a run and arm, each run its own group. At a change of speaker the T tokens before the last speaker
 * are the shared context, and what the last speaker said is read by every arm, as in the pipeline: so `text` reads
 * all of the run so far. The receiver's own prompt is unknown and counted as 0.
 */
export function importedRunUnits(
  runs: Iterable<TranscriptRun>,
  { name, arms, costs }: ImportOptions,
): readonly UnitResult<"agent">[] {
  const units: UnitResult<"agent">[] = [];
  for (const run of runs) {
    for (const arm of arms) {
      const names = { unit: `run=${run.runId}`, group: run.runId };
      const about = { domain: "agent", scenario: name, arm, seed: null, ...names } as const;
      const isFormula = arm in armRules;
      units.push(
        isFormula
          ? { ...about, kind: "simulated", tallies: formulaTallies(run, arm as AgentArm, costs) }
          : { ...about, tallies: observedTallies(run) },
      );
    }
  }
  return units;
}

function observedTallies(run: TranscriptRun): Record<string, Tally> {
  const factor = rereadFactor(run);
  return {
    runs: { sum: 1, weight: 1 },
    handOffs: { sum: Math.max(0, run.turns.length - 1), weight: 1 },
    ...(factor === null ? {} : { rereadFactor: { sum: factor, weight: 1 } }),
  };
}

interface TurnCost {
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  /** Null where the trace does not say. */
  readonly wireBytes: number | null;
}

function formulaTallies(
  run: TranscriptRun,
  arm: AgentArm,
  { scenario, figures }: ImportOptions["costs"],
): Record<string, Tally> {
  const { model } = scenario;
  const turns = run.turns.slice(1).map((turn, i) => {
    const before = run.turns[i];
    return turnCost(arm, scenario, {
      contextTokens: before.contextTokens,
      contextChars: before.contextChars,
      messageTokens: turn.contextTokens - before.contextTokens,
    });
  });
  const sum = (value: (turn: TurnCost) => number): number =>
    turns.reduce((total, turn) => total + value(turn), 0);
  const perHop = (value: (turn: TurnCost) => number): Tally => ({ sum: sum(value), weight: turns.length });
  const prefilled = sum((turn) => turn.prefillTokens);
  const cached = sum((turn) => turn.cachedTokens);
  const knowsBytes = turns.every((turn) => turn.wireBytes !== null);
  const bytesOf = (turn: TurnCost): number => turn.wireBytes ?? 0;
  const samples = turns.map((turn) => {
    if (arm === "single") return 1000 / figures.decodeTokensPerS;
    const linkS = figures.linkDelayS + bytesOf(turn) / figures.linkBytesPerS;
    return 1000 * (linkS + prefillSeconds(model, figures.prefill, turn.prefillTokens, turn.cachedTokens));
  });
  return {
    ...(run.tokens === 0 ? {} : { rereadFactor: { sum: prefilled / run.tokens, weight: 1 } }),
    ...(prefilled + cached === 0 ? {} : { cacheReadShare: { sum: cached, weight: prefilled + cached } }),
    prefillTokensPerHop: perHop((turn) => turn.prefillTokens),
    flopsPerHop: perHop((turn) => prefillFlops(model, turn.prefillTokens, turn.cachedTokens)),
    ...(knowsBytes
      ? {
          wireBytesPerHop: perHop(bytesOf),
          "timeToFirstTokenMs.p50": { samples },
          "timeToFirstTokenMs.p95": { samples },
        }
      : {}),
  };
}

function turnCost(
  arm: AgentArm,
  { cache, model, kv, summary }: AgentScenario,
  turn: {
    readonly contextTokens: number;
    readonly contextChars: number | null;
    readonly messageTokens: number;
  },
): TurnCost {
  if (arm === "single") return { prefillTokens: 0, cachedTokens: 0, wireBytes: 0 };
  const { carries, cached } = armRules[arm];
  const share = carries === "nothing" ? 0 : carries === "summary" ? summary.ratio : 1;
  const carried = Math.floor(share * turn.contextTokens);
  const cachedTokens =
    cached === "all" ? carried : cached === "full-blocks" ? carried - (carried % cache.blockTokens) : 0;
  return {
    prefillTokens: carried - cachedTokens + turn.messageTokens,
    cachedTokens,
    wireBytes:
      carries === "kv"
        ? kvCacheBytes(model, carried, kv.precision)
        : share === 0
          ? 0
          : turn.contextChars === null
            ? null
            : Math.floor(share * turn.contextChars),
  };
}
