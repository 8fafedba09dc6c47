import { createStream } from "#core";
import type { Path } from "../layout/site-plan.ts";
import type { ModelOf } from "./mobility-schema.ts";
import type { Movement, MovementUsers } from "./movement.ts";

/**
 * Returns phones that drive along `path`, on the right of its middle, each way or one way, at their own speed: the
 * distance along the path is s0 + v t, folded at its ends as the path says. Who turns at an end comes back on the other
 * side. With `trains`, phones sit anywhere within a train, and a train has one start, direction and lane, those of its
 * first phone; that the phones of a train have one speed is for the caller to see to (`leaderOf`).
 *
 * Purpose "mobility/path", entity = phone (of a train: its first), index 0 the start, 1 the direction, 2 the lane; index 3
 * the seat, of each phone.
 */
export function createAlongPath(path: Path, model: ModelOf<"path">, users: MovementUsers): Movement {
  const { first, count } = users;
  const { directions, lanes, laneWidthM, trains } = model;
  const draw = createStream(users.seed, "mobility/path");
  const line = measure(path);
  const column = (value: (i: number, train: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => value(i, first + leaderOf(model, count, i)));
  const side = column((_, train) =>
    directions === "both" ? (draw.uniform(train, 0, 1) < 0.5 ? 1 : -1) : directions === "forward" ? 1 : -1,
  );
  const offsetM = column((_, train) => (draw.integer(lanes, train, 0, 2) + 0.5) * laneWidthM);
  const startM = column((i, train) => {
    const seatM = trains === undefined ? 0 : trains.lengthM * draw.uniform(first + i, 0, 3);
    return draw.uniform(train, 0, 0) * line.lengthM + seatM;
  });
  const velocityMps = column((i) => side[i] * users.speedMps[i]);
  const place = { xM: 0, yM: 0 };
  return {
    positionsAt(timeS, out) {
      for (let i = 0; i < count; i++) {
        let alongM = startM[i] + velocityMps[i] * timeS;
        let towards = side[i];
        if (path.atEnd === "wrap") {
          alongM -= line.lengthM * Math.floor(alongM / line.lengthM);
        } else {
          alongM -= 2 * line.lengthM * Math.floor(alongM / (2 * line.lengthM));
          if (alongM > line.lengthM) {
            alongM = 2 * line.lengthM - alongM;
            towards = -towards;
          }
        }
        placeAlong(line, alongM, towards * offsetM[i], place);
        out.xM[first + i] = place.xM;
        out.yM[first + i] = place.yM;
      }
    },
    travelledM(timeS, out) {
      for (let i = 0; i < count; i++) out[first + i] = users.speedMps[i] * timeS;
    },
  };
}

/** Returns the first phone of the train in which phone `i` of `count` rides, itself where there are no trains. */
export function leaderOf({ trains }: ModelOf<"path">, count: number, i: number): number {
  return trains === undefined ? i : i % Math.min(trains.count, count);
}

/** A path with the distance from its first point to each. */
interface MeasuredPath {
  readonly path: Path;
  readonly alongM: Float64Array;
  readonly lengthM: number;
}

function measure(path: Path): MeasuredPath {
  const { xM, yM } = path;
  const alongM = new Float64Array(xM.length);
  for (let i = 1; i < xM.length; i++) {
    alongM[i] = alongM[i - 1] + Math.hypot(xM[i] - xM[i - 1], yM[i] - yM[i - 1]);
  }
  return { path, alongM, lengthM: alongM[xM.length - 1] };
}

/** Writes the place `alongM` along the path and `rightM` to the right of its direction. */
function placeAlong(
  { path, alongM: marks }: MeasuredPath,
  alongM: number,
  rightM: number,
  out: { xM: number; yM: number },
): void {
  let piece = 1;
  while (piece < marks.length - 1 && marks[piece] < alongM) piece++;
  const { xM, yM } = path;
  const lengthM = marks[piece] - marks[piece - 1];
  const eastShare = (xM[piece] - xM[piece - 1]) / lengthM;
  const northShare = (yM[piece] - yM[piece - 1]) / lengthM;
  const withinM = alongM - marks[piece - 1];
  out.xM = xM[piece - 1] + withinM * eastShare + rightM * northShare;
  out.yM = yM[piece - 1] + withinM * northShare - rightM * eastShare;
}
