// Handovers between vendors: of each way, what its receiver could do, under one name for both ways.
import type { UnitResult } from "#core";

/** The two networks of one vendor each, as points of an arm: `latent vendor=b`. */
export const ofEachVendor = (["a", "b"] as const).map((vendor) => ({
  label: `vendor=${vendor}`,
  settings: [{ path: "network.vendor", value: vendor }],
}));

/**
 * Returns the unit, or none of it where it is of a way between vendors and its lane is of a network that is not the receiver's. There
 * a lane of the receiver's own network loses its point: `latent vendor=b` on the way from a to b is `latent`, what a network of
 * the receiver alone does with its own latent on the same handovers. A lane of both vendors stays as it is.
 */
export function ofReceiver(unit: UnitResult<"ran">): readonly UnitResult<"ran">[] {
  const receiver = /\/way=[ab]-to-([ab])$/.exec(unit.scenario)?.[1];
  const lane = /^(.*) vendor=([ab])$/.exec(unit.arm);
  if (receiver === undefined || lane === null) return [unit];
  const [, arm, vendor] = lane;
  return vendor === receiver ? [{ ...unit, arm }] : [];
}
