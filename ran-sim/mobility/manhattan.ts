import { createStream } from "#core";
import type { Ground } from "../layout/ground.ts";
import { createJourneys, type Leg } from "./journeys.ts";
import type { ModelOf } from "./mobility-schema.ts";
import type { Movement, MovementUsers } from "./movement.ts";

/** East, north, west, south: a left turn is the next one. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Returns phones that drive along streets `blockM` apart, from the low edges of the ground on, at their own speed, and at
 * each crossing turn left, turn right or go straight on, never back. A leg is one block.
 *
 * Purpose "mobility/manhattan", entity = phone; step 0: index 0 the direction, 1 and 2 the crossing, 3 how far from it;
 * step n: the turn at the n-th crossing.
 */
export function createManhattan(
  ground: Extract<Ground, { kind: "rectangle" }>,
  blockM: number,
  { turnLeft, turnRight }: ModelOf<"manhattan">,
  users: MovementUsers,
): Movement {
  const draw = createStream(users.seed, "mobility/manhattan");
  const columns = Math.round((ground.xMaxM - ground.xMinM) / blockM);
  const rows = Math.round((ground.yMaxM - ground.yMinM) / blockM);

  /** `memoryA` is the direction, an index of `STEPS`. Places are whole blocks from the low corner, so nothing drifts. */
  const move = (ue: number, leg: Leg, blocks: number): void => {
    const [dx, dy] = STEPS[leg.memoryA];
    const column = Math.round((leg.fromXM - ground.xMinM) / blockM - (1 - blocks) * dx);
    const row = Math.round((leg.fromYM - ground.yMinM) / blockM - (1 - blocks) * dy);
    leg.toXM = ground.xMinM + (column + dx) * blockM;
    leg.toYM = ground.yMinM + (row + dy) * blockM;
    const speedMps = users.speedMps[ue - users.first];
    leg.endS = speedMps > 0 ? leg.startS + (blocks * blockM) / speedMps : Number.POSITIVE_INFINITY;
  };

  return createJourneys(
    {
      begin(ue, leg) {
        leg.memoryA = draw.integer(4, ue, 0, 0);
        const [dx, dy] = STEPS[leg.memoryA];
        const done = draw.uniform(ue, 0, 3);
        leg.fromXM = ground.xMinM + (draw.integer(columns, ue, 0, 1) + done * dx) * blockM;
        leg.fromYM = ground.yMinM + (draw.integer(rows, ue, 0, 2) + done * dy) * blockM;
        move(ue, leg, 1 - done);
      },
      next(ue, leg) {
        const u = draw.uniform(ue, leg.index);
        const turn = u < turnLeft ? 1 : u < turnLeft + turnRight ? 3 : 0;
        leg.memoryA = (leg.memoryA + turn) % 4;
        move(ue, leg, 1);
      },
    },
    users,
  );
}
