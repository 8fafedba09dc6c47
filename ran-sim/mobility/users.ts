/** All phones of a scenario: groups that move each in its own way, on one ground. */

import { describeGround, foldOnto, type Ground, isOn, refusesLeaving } from "../layout/ground.ts";
import { readInput } from "../layout/input-file.ts";
import type { Path, SitePlan } from "../layout/site-plan.ts";
import { columnTextsOf } from "../trace/columns-schema.ts";
import { createAlongPath, leaderOf } from "./along-path.ts";
import { createGaussMarkov } from "./gauss-markov.ts";
import { createManhattan } from "./manhattan.ts";
import type { MobilityParameters, ModelOf } from "./mobility-schema.ts";
import { drawSpeeds, type Movement, type Presence, type UserPositions } from "./movement.ts";
import { createRandomWaypoint } from "./random-waypoint.ts";
import { refusal } from "./refusal.ts";
import { createStraightLineUsers } from "./straight-line.ts";
import { createTraceReplay } from "./trace-replay.ts";
import { parseRecording } from "./tracks/parse-recording.ts";
import { localTracks, type Recording } from "./tracks/tracks.ts";
import { type UserGroup, userGroups } from "./user-groups.ts";

export interface Users {
  readonly count: number;
  /** [ue]: what the phone drives at; 0 for one that follows a recorded track, whose speed is the track's. */
  readonly speedMps: Float64Array;
  /** Writes where all phones are at `timeS`, on the ground. */
  positionsAt(timeS: number, out: UserPositions): void;
  /** [ue] when each phone is there; null: all of them always. */
  readonly presence: Presence | null;
  /** Writes the metres that each phone has behind it to `out` [ue]. */
  travelledM(timeS: number, out: Float64Array): void;
}

/** What movement needs of a plan. */
export type UserGround = Pick<SitePlan, "ground" | "path" | "blockM" | "origin">;

/**
 * Returns the phones of `mobility` on `plan` under `seed`. Throws BadInputError, with the place in the scenario, for groups
 * that do not add up, a model that the layout has no streets or road for or whose phones could leave a ground that nobody
 * may leave, and traces that cannot be read or leave the ground.
 */
export function createUsers(mobility: MobilityParameters, plan: UserGround, seed: number): Users {
  const groups = userGroups(mobility);
  const speedMps = new Float64Array(mobility.users);
  const movements = groups.map((group) => {
    const { first, count, model } = group;
    const own = drawSpeeds(group.speedKmh, first, count, seed);
    const speeds = model.kind === "path" ? own.map((_, i) => own[leaderOf(model, count, i)]) : own;
    if (model.kind !== "trace") speedMps.set(speeds, first);
    return createMovement(group, plan, speeds, seed);
  });
  return {
    count: mobility.users,
    speedMps,
    presence: joinPresence(movements, groups, mobility.users),
    positionsAt(timeS, out) {
      for (const movement of movements) movement.positionsAt(timeS, out);
      foldOnto(plan.ground, out.xM, out.yM);
    },
    travelledM(timeS, out) {
      for (const movement of movements) movement.travelledM(timeS, out);
    },
  };
}

function joinPresence(
  movements: readonly Movement[],
  groups: readonly UserGroup[],
  users: number,
): Presence | null {
  if (movements.every(({ presence }) => presence === undefined)) return null;
  const fromS = new Float64Array(users).fill(Number.NEGATIVE_INFINITY);
  const untilS = new Float64Array(users).fill(Number.POSITIVE_INFINITY);
  for (const [i, { presence }] of movements.entries()) {
    if (presence === undefined) continue;
    fromS.set(presence.fromS, groups[i].first);
    untilS.set(presence.untilS, groups[i].first);
  }
  return { fromS, untilS };
}

function createMovement(group: UserGroup, plan: UserGround, speedMps: Float64Array, seed: number): Movement {
  const { model, first, count, path: place } = group;
  const { ground } = plan;
  const users = { first, count, speedMps, seed };
  switch (model.kind) {
    case "straight-line":
      requireMayLeave(ground, place, model.kind);
      return createStraightLineUsers(ground, users);
    case "gauss-markov":
      requireMayLeave(ground, place, model.kind);
      return createGaussMarkov(ground, model, users);
    case "random-waypoint":
      return createRandomWaypoint(ground, model, users);
    case "manhattan":
      if (ground.kind !== "rectangle" || plan.blockM === null) {
        throw refusal(`${place}.kind`, "a layout with streets (layout.kind manhattan)", "one without");
      }
      return createManhattan(ground, plan.blockM, model, users);
    case "path":
      return createAlongPath(pathOf(model, plan, place), model, users);
    case "trace": {
      const recording = readRecording(model, place);
      const tracks = localTracks(recording, plan.origin, model.shiftM);
      const atEnd = atEndOf(model, recording);
      return createTraceReplay(tracks, ground, { ...model, atEnd }, { first, count, path: place });
    }
  }
}

/** Returns what a phone of `model` does at the ends of its track in `recording`. */
export function atEndOf({ atEnd }: ModelOf<"trace">, { format }: Recording): "stay" | "turn" | "absent" {
  return atEnd ?? (format === "fcd" ? "absent" : "stay");
}

/** Returns the recording of a model; `place` is the model's in the scenario. Throws BadInputError as its parsers do. */
export function readRecording({ file, coordinates, columns }: ModelOf<"trace">, place: string): Recording {
  const texts = columns === undefined ? undefined : columnTextsOf(columns, `${place}.columns`);
  const what = `recording in ${coordinates ?? "any"} ${JSON.stringify(texts ?? null)}`;
  return readInput(what, `${place}.file`, file, (text, at) =>
    parseRecording(text, at, {
      ...(coordinates === undefined ? {} : { coordinates }),
      ...(texts === undefined ? {} : { columns: texts }),
    }),
  );
}

function pathOf(model: ModelOf<"path">, { path, ground }: UserGround, place: string): Path {
  const { points, lanes, laneWidthM } = model;
  if (points === undefined) {
    if (path !== null) return path;
    throw refusal(`${place}.points`, "points, on a layout without a road or track of its own", "nothing");
  }
  for (const [i, [xM, yM]] of points.entries()) {
    const before = points[i - 1];
    if (!isOn(ground, xM, yM)) {
      throw refusal(`${place}.points[${i}]`, describeGround(ground), `[${xM}, ${yM}]`);
    }
    if (before !== undefined && before[0] === xM && before[1] === yM) {
      throw refusal(`${place}.points[${i}]`, "a place other than the one before it", `[${xM}, ${yM}]`);
    }
  }
  if (refusesLeaving(ground) && lanes * laneWidthM > 0) {
    throw refusal(`${place}.laneWidthM`, "0 on a layout whose edge nobody may cross", `${laneWidthM}`);
  }
  return { xM: points.map(([xM]) => xM), yM: points.map(([, yM]) => yM), atEnd: "turn" };
}

function requireMayLeave(ground: Ground, place: string, kind: string): void {
  if (!refusesLeaving(ground)) return;
  const expected = "random-waypoint, path or trace where layout.edge is refuse";
  throw refusal(`${place}.kind`, expected, kind, "or set layout.edge to bounce");
}
