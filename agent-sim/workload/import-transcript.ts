// What a multi-agent transcript shows, and what each arm would change in it.
import type { Pause, Tally, UnitResult } from "#core";
import { isFormulaArm } from "../hand-off/arm-lists.ts";
import { createBoundedUnits } from "./bounded-units.ts";
import { hopTallies, type ImportOptions } from "./hop-tallies.ts";
import { rereadFactor, type TranscriptRun } from "./parse-transcript.ts";
import { forEachPausing } from "./pausing.ts";

/**
 * Returns one unit a run and arm, each run its own group (neighbours share one where there are very many). At a change of
 * speaker the T tokens before the last speaker are the shared context, and what the last speaker said is read by every
 * arm, as in the pipeline: so `text` reads all of the run so far. The receiver's own prompt is unknown and counted as 0.
 */
export async function importedRunUnits(
  runs: Iterable<TranscriptRun>,
  { name, arms, costs }: ImportOptions,
  pause?: Pause,
): Promise<readonly UnitResult<"agent">[]> {
  const units = createBoundedUnits({ scenario: name, arms, unit: "run" });
  await forEachPausing(
    runs,
    (run) => {
      const hops = run.turns.slice(1).map((turn, i) => {
        const before = run.turns[i];
        return {
          contextTokens: before.contextTokens,
          contextBytes: before.contextChars,
          messageTokens: turn.contextTokens - before.contextTokens,
          newTokens: 0,
        };
      });
      units.add(
        run.runId,
        arms.map((arm) =>
          isFormulaArm(arm)
            ? { kind: "simulated", tallies: hopTallies(hops, run.tokens, arm, costs) }
            : { tallies: observedTallies(run) },
        ),
      );
    },
    pause,
  );
  return units.take();
}

function observedTallies(run: TranscriptRun): Record<string, Tally> {
  const factor = rereadFactor(run);
  return {
    runs: { sum: 1, weight: 1 },
    handOffs: { sum: Math.max(0, run.turns.length - 1), weight: 1 },
    ...(factor === null ? {} : { rereadFactor: { sum: factor, weight: 1 } }),
  };
}
