import type { Tally } from "#core";
import { type Arm, ends, ruleArm } from "../hand-off/arms/arm.ts";
import { unitTallies } from "../metrics/unit-tallies.ts";
import { ruleAttempts } from "../rule-attempts.ts";
import type { RanScenario } from "../scenario.ts";
import { createSyntheticWorld } from "../synthetic-world.ts";
import { createA3Policy } from "./a3-policy.ts";
import { reportingOf } from "./act-on-reports.ts";
import type { A3Point, MeasuredA3Point, TunedA3 } from "./tuned-a3.ts";

/** The best event A3 of a grid, on training worlds: the rule that a learned arm has to beat. */

export interface TuneOptions {
  /** Training worlds, one after the other; `seed` makes the world of its scenario. */
  readonly worlds: readonly TrainingWorld[];
  /** What produced the file. */
  readonly command: string;
  readonly grid?: readonly A3Point[];
  readonly onWorld?: (done: number) => void;
}

export interface TrainingWorld {
  readonly scenario: RanScenario;
  readonly seed: number;
}

/** 270 points around the sets of TR 36.839 and the best of the published baseline's grid. */
export const a3Grid: readonly A3Point[] = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((offsetDb) =>
  [0, 0.5].flatMap((hysteresisDb) =>
    ([0, 40, 80, 160, 320] as const).flatMap((timeToTriggerMs) =>
      ([0, 1, 4] as const).map((filterCoefficient) => ({
        offsetDb,
        hysteresisDb,
        timeToTriggerMs,
        filterCoefficient,
      })),
    ),
  ),
);

/** Returns the file's content: every point on every world, all points in step on one world at a time. */
export function tuneA3({ worlds, command, grid = a3Grid, onWorld }: TuneOptions): TunedA3 {
  const sums = grid.map(() => ({ attempts: 0, shortStays: 0, failures: 0 }));
  for (const [done, world] of worlds.entries()) {
    onWorld?.(done);
    for (const [i, tallies] of runGrid(world, grid).entries()) {
      sums[i].attempts += sumOf(tallies.handoverAttempts);
      sums[i].shortStays += sumOf(tallies.shortStays);
      sums[i].failures += sumOf(tallies.radioLinkFailures);
    }
  }
  const points = grid.map((point, i): MeasuredA3Point => {
    const { attempts, shortStays, failures } = sums[i];
    const rate = (count: number): number | null => (attempts === 0 ? null : count / attempts);
    return {
      ...point,
      shortStayRate: rate(shortStays),
      failuresPerHandover: rate(failures),
      handoverAttempts: attempts,
    };
  });
  return {
    chosen: bestOf(points),
    minimised: "shortStayRate + failuresPerHandover",
    manifest: {
      command,
      scenario: worlds[0].scenario.name,
      firstSeed: worlds[0].seed,
      worlds: worlds.length,
      users: worlds[0].scenario.mobility.users,
      durationS: worlds[0].scenario.durationS,
      warmUpS: worlds[0].scenario.warmUpS,
      gridPoints: grid.length,
    },
    points,
  };
}

/** Returns the point of least sum; of equals the first in the grid. Throws RangeError when no point had an attempt. */
export function bestOf(points: readonly MeasuredA3Point[]): A3Point {
  let best: { readonly point: MeasuredA3Point; readonly sum: number } | null = null;
  for (const point of points) {
    if (point.shortStayRate === null || point.failuresPerHandover === null) continue;
    const sum = point.shortStayRate + point.failuresPerHandover;
    if (best === null || sum < best.sum) best = { point, sum };
  }
  if (best === null) throw new RangeError("tuneA3: no point of the grid had a handover attempt");
  const { offsetDb, hysteresisDb, timeToTriggerMs, filterCoefficient } = best.point;
  return { offsetDb, hysteresisDb, timeToTriggerMs, filterCoefficient };
}

function runGrid(
  { scenario, seed }: TrainingWorld,
  grid: readonly A3Point[],
): readonly Readonly<Record<string, Tally>>[] {
  const world = createSyntheticWorld(scenario, seed);
  const { tickMs, ueCount, cellCount } = world;
  const reporting = reportingOf(scenario.handover);
  const arms = grid.map(
    (point, i): Arm => ({
      name: `point ${i}`,
      ...ruleArm(createA3Policy({ ...point, ...reporting }, ueCount, cellCount), ends.nothingKept),
    }),
  );
  const { logs, fromTick } = ruleAttempts("tuneA3", { world, scenario, seed, arms });
  return logs.map((log) =>
    unitTallies(log, { lateMs: 0, ueMinutes: 1 }, { fromTick, tickMs, hasMemory: false }),
  );
}

function sumOf(tally: Tally): number {
  return "sum" in tally ? tally.sum : 0;
}
