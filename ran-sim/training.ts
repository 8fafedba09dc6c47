import { type Awaitable, type Pause, rowOf, type StateBatch } from "#core";
import { createArm } from "./hand-off/arms.ts";
import type { RanScenario } from "./scenario.ts";
import { createSimulation } from "./simulate.ts";
import { NONE } from "./state.ts";
import type { World } from "./world.ts";

/** Memory states on which the compressions are fitted: of phones near a cell edge, where handovers happen. */

/** Synthetic training worlds have seeds from here up; tests use lower ones. */
export const FIRST_TRAINING_SEED = 1_000_000;

const SAMPLE_PERIOD_MS = 200;
/** A phone is near an edge when another cell is at most this much weaker than its own. */
const EDGE_DB = 3;
/** More rows than this are thinned out evenly: enough for a covariance of some hundred values. */
const MOST_ROWS = 5000;

/**
 * Returns the memory states, [n, stateSize], of served phones near a cell edge in one world that runs the arm `of`,
 * every 200 ms from `warmUpS` on. `pause` is awaited between them where a model runs.
 */
export function collectStates(
  world: World,
  scenario: RanScenario,
  seed: number,
  of: string,
  pause?: Pause,
): Awaitable<StateBatch> {
  const arm = createArm(of, { scenario, world, seed, trainingStates: noTraining });
  const { memory } = arm.policy;
  if (memory === null) throw new RangeError("collectStates: the arm keeps nothing");
  const simulation = createSimulation({ world, scenario, seed, arms: [arm] });
  const stepTicks = Math.max(1, Math.round(SAMPLE_PERIOD_MS / world.tickMs));
  const firstTick = (Math.min(scenario.warmUpS, 1) * 1000) / world.tickMs;
  const batches: StateBatch[] = [];

  const collect = (): void => {
    if (simulation.tick < firstTick) return;
    const { links } = simulation.sensing;
    const { serving } = simulation.states[0];
    const ues: number[] = [];
    for (let ue = 0; ue < world.ueCount; ue++) {
      if (
        serving[ue] !== NONE &&
        nearEdge(links.rsrpDbm, ue * world.cellCount, world.cellCount, serving[ue])
      ) {
        ues.push(ue);
      }
    }
    batches.push(memory.read(ues));
  };
  const goOn = (): Awaitable<StateBatch> => {
    while (simulation.tick < world.tickCount) {
      const pending = simulation.advance(stepTicks);
      if (pending instanceof Promise) {
        return pending.then(async () => {
          collect();
          await pause?.();
          return goOn();
        });
      }
      collect();
    }
    return joinStates(batches, memory.stateSize);
  };
  return goOn();
}

/** Returns all rows as one batch, thinned out evenly to at most {@link MOST_ROWS}. */
export function joinStates(batches: readonly StateBatch[], size: number): StateBatch {
  const rows = batches.flatMap((batch) => Array.from({ length: batch.count }, (_, i) => rowOf(batch, i)));
  const stride = Math.max(1, rows.length / MOST_ROWS);
  const kept = Array.from(
    { length: Math.floor(rows.length / stride) },
    (_, i) => rows[Math.floor(i * stride)],
  );
  const values = new Float32Array(kept.length * size);
  for (const [i, row] of kept.entries()) values.set(row, i * size);
  return { count: kept.length, size, values };
}

function nearEdge(rsrpDbm: Float64Array, row: number, cellCount: number, serving: number): boolean {
  for (let cell = 0; cell < cellCount; cell++) {
    if (cell !== serving && rsrpDbm[row + cell] > rsrpDbm[row + serving] - EDGE_DB) return true;
  }
  return false;
}

function noTraining(): never {
  throw new RangeError("the arm that makes training states needs none");
}
