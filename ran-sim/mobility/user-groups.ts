/** A mixed population: how many phones move in which way. */

import type { MobilityModel, MobilityParameters, SpeedKmh } from "./mobility-schema.ts";
import { refusal } from "./refusal.ts";

/** Phones `first` to `first + count - 1`, which move alike. */
export interface UserGroup {
  readonly first: number;
  readonly count: number;
  readonly speedKmh: SpeedKmh;
  readonly model: MobilityModel;
  /** Of the model in the scenario file. */
  readonly path: string;
}

/**
 * Returns the groups of a population, in the order of the file; without groups everybody is in one. Groups with `users`
 * take theirs, and those with `share` divide the rest by largest remainder, an earlier group first.
 *
 * Throws BadInputError ("bad-parameter") for a group with both or neither, shares that do not add up to 1, numbers that
 * do not add up to `users`, and ranges that end before they begin.
 */
export function userGroups(mobility: MobilityParameters): readonly UserGroup[] {
  const { users, groups } = mobility;
  checkSpeed(mobility.speedKmh, "mobility.speedKmh");
  if (groups === undefined) {
    const { speedKmh, model } = mobility;
    checkModel(model, "mobility.model");
    return [{ first: 0, count: users, speedKmh, model, path: "mobility.model" }];
  }
  const counts = groupSizes(users, groups);
  let first = 0;
  return groups.map(({ speedKmh = mobility.speedKmh, model = mobility.model }, i) => {
    const path = `mobility.groups[${i}].model`;
    checkSpeed(speedKmh, `mobility.groups[${i}].speedKmh`);
    checkModel(model, path);
    const group = { first, count: counts[i], speedKmh, model, path };
    first += counts[i];
    return group;
  });
}

function groupSizes(users: number, groups: NonNullable<MobilityParameters["groups"]>): readonly number[] {
  let counted = 0;
  let shares = 0;
  for (const [i, group] of groups.entries()) {
    if ((group.users === undefined) === (group.share === undefined)) {
      const got = group.users === undefined ? "neither" : "both";
      throw refusal(`mobility.groups[${i}]`, "either users or share", got);
    }
    counted += group.users ?? 0;
    shares += group.share ?? 0;
  }
  const rest = users - counted;
  if (shares > 0 && Math.abs(shares - 1) > 1e-9) {
    throw refusal("mobility.groups", "shares that add up to 1", `${shares}`);
  }
  if (shares === 0 ? rest !== 0 : rest < 0) {
    const most = shares === 0 ? `${users}` : `at most ${users}`;
    const got = `${counted}`;
    throw refusal(
      "mobility.groups",
      `users that add up to mobility.users, ${most}`,
      got,
      `set mobility.users: ${got}`,
    );
  }
  const sizes = groups.map((group) => group.users ?? Math.floor(rest * (group.share ?? 0) + 1e-9));
  const byRemainder = groups
    .map(({ share }, i) => ({ i, remainder: share === undefined ? -1 : rest * share - sizes[i] }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  let missing = users - sizes.reduce((sum, size) => sum + size, 0);
  for (const { i } of byRemainder) {
    if (missing <= 0) break;
    sizes[i]++;
    missing--;
  }
  return sizes;
}

function checkSpeed(speed: SpeedKmh, path: string): void {
  if (typeof speed === "number" || Array.isArray(speed)) return;
  if (speed.min > speed.max) throw refusal(path, "min of at most max", `${speed.min} and ${speed.max}`);
}

function checkModel(model: MobilityModel, path: string): void {
  switch (model.kind) {
    case "random-waypoint":
      if (model.pauseS.min > model.pauseS.max) {
        const { min, max } = model.pauseS;
        throw refusal(`${path}.pauseS`, "min of at most max", `${min} and ${max}`);
      }
      return;
    case "manhattan":
      if (model.turnLeft + model.turnRight > 1) {
        const got = `${model.turnLeft} and ${model.turnRight}`;
        throw refusal(path, "turnLeft and turnRight that add up to at most 1", got);
      }
      return;
    case "straight-line":
    case "gauss-markov":
    case "path":
    case "trace":
      return;
  }
}
