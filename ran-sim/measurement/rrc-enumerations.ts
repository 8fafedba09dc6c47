/** Legal values of the RRC parameters that decide handovers, TS 38.331 6.3, and their check. */

import { BadInputError } from "#core";

/** Every value a parameter may take, ascending, in the unit of its name. */
export const RRC_ENUMERATIONS = {
  timeToTriggerMs: [0, 40, 64, 80, 100, 128, 160, 256, 320, 480, 512, 640, 1024, 1280, 2560, 5120],
  filterCoefficient: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 17, 19],
  /** Hysteresis, 0..30 in steps of 0.5 dB. */
  hysteresisDb: halfDecibels(0, 15),
  /** MeasTriggerQuantityOffset (a3-Offset, a6-Offset), -30..30 in steps of 0.5 dB. */
  offsetDb: halfDecibels(-15, 15),
  /** Q-OffsetRange: cellIndividualOffset and offsetMO. */
  cellIndividualOffsetDb: [
    -24, -22, -20, -18, -16, -14, -12, -10, -8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14,
    16, 18, 20, 22, 24,
  ],
  t304Ms: [50, 100, 150, 200, 500, 1000, 2000, 10000],
  /** RLF-TimersAndConstants; UE-TimersAndConstants of SIB1 stops at 2000. */
  t310Ms: [0, 50, 100, 200, 500, 1000, 2000, 4000, 6000],
  t311Ms: [1000, 3000, 5000, 10000, 15000, 20000, 30000],
  n310: [1, 2, 3, 4, 6, 8, 10, 20],
  n311: [1, 2, 3, 4, 5, 6, 8, 10],
  reportIntervalMs: [
    120, 240, 480, 640, 1024, 2048, 5120, 10240, 20480, 40960, 60000, 360000, 720000, 1800000,
  ],
  /** RSRP-Range as a threshold: integers 0..126 less 156 dBm; 127, infinity, is no threshold that can be crossed. */
  rsrpThresholdDbm: Array.from({ length: 127 }, (_, integer) => integer - 156),
  /** ssb-periodicityServingCell. */
  ssbPeriodMs: [5, 10, 20, 40, 80, 160],
  /** Infinity stands for the value "infinity". */
  reportAmount: [1, 2, 4, 8, 16, 32, 64, Number.POSITIVE_INFINITY],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type RrcParameter = keyof typeof RRC_ENUMERATIONS;

/**
 * Returns `value` when `parameter` may take it; otherwise throws BadInputError with code "rrc-value", whose message
 * names `path` (where the value was read), the legal values and the nearest one.
 */
export function requireRrcValue(parameter: RrcParameter, value: unknown, path: string = parameter): number {
  const legal: readonly number[] = RRC_ENUMERATIONS[parameter];
  if (typeof value === "number" && legal.includes(value)) return value;
  const near =
    typeof value === "number" && Number.isFinite(value)
      ? legal.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best))
      : undefined;
  throw new BadInputError("rrc-value", {
    subject: path,
    expected: `${describeLegal(parameter, legal)} (TS 38.331 6.3)`,
    got: typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing"),
    ...(near === undefined ? {} : { remedy: `the nearest is ${near}` }),
  });
}

/** Even steps are told as such; sixty values in a line would help nobody. */
function describeLegal(parameter: RrcParameter, legal: readonly number[]): string {
  const range = `${legal[0]} to ${legal[legal.length - 1]}`;
  if (parameter === "hysteresisDb" || parameter === "offsetDb") return `${range} dB in steps of 0.5 dB`;
  if (parameter === "rsrpThresholdDbm") return `a whole number from ${range} dBm`;
  return `one of ${legal.map(describeValue).join(", ")}`;
}

/** As a scenario file writes it. */
function describeValue(value: number): string {
  return value === Number.POSITIVE_INFINITY ? "infinity" : `${value}`;
}

function halfDecibels(leastDb: number, greatestDb: number): readonly number[] {
  return Array.from({ length: 2 * (greatestDb - leastDb) + 1 }, (_, i) => leastDb + i / 2);
}
