// The independent check as rows: cases, each with as many worlds of phones that have nothing in common.
import { type KpiRow, poolUnits, type UnitResult } from "#core";
import { ranMetrics } from "#ran-sim";
import { type Check, runCheck } from "./independent.ts";

export interface CheckCase {
  /** The scenario of the rows is `independent check/<name>`. */
  readonly name: string;
  readonly arm: string;
  readonly check: Check;
}

const rules = {
  "a3-set1": { offsetDb: 3, timeToTriggerMs: 480, filterCoefficient: 4 },
  "a3-set3": { offsetDb: 2, timeToTriggerMs: 160, filterCoefficient: 1 },
  "3 dB, 256 ms, k 4": { offsetDb: 3, timeToTriggerMs: 256, filterCoefficient: 4 },
} as const;

const base = {
  load: 0.5,
  speedKmh: 60,
  lineOfSight: "blurred",
  shadowing: true,
  commandDuringT310: "lost",
} as const;

const channels: readonly { readonly name: string; readonly changed: Partial<Check> }[] = [
  { name: "as it is", changed: {} },
  { name: "always line of sight", changed: { lineOfSight: "always" } },
  { name: "no shadowing", changed: { shadowing: false } },
  { name: "always line of sight, no shadowing", changed: { lineOfSight: "always", shadowing: false } },
  { name: "line of sight soft by (7.6-18)", changed: { lineOfSight: "formula" } },
  { name: "line of sight by distance alone", changed: { lineOfSight: "distance" } },
];

export const checkCases: readonly CheckCase[] = [
  ...channels.flatMap(({ name, changed }) =>
    (["a3-set1", "a3-set3"] as const).map((arm) => ({
      name,
      arm,
      check: { ...base, ...rules[arm], ...changed },
    })),
  ),
  {
    name: "line of sight by distance alone, load 1",
    arm: "3 dB, 256 ms, k 4",
    check: { ...base, ...rules["3 dB, 256 ms, k 4"], lineOfSight: "distance", load: 1 },
  },
];

const RATES = ["handovers", "handoverFailures", "handoversPerUeMinute", "handoverFailureRate"];
const metrics = ranMetrics.filter(({ metric }) => RATES.includes(metric));

/** Returns the rows of the cases over `seeds` worlds of `phones` phones and `durationS` each. */
export function checkRows(
  cases: readonly CheckCase[],
  worlds: { readonly seeds: readonly number[]; readonly phones: number; readonly durationS: number },
  onProgress: (text: string) => void = () => {},
): readonly KpiRow<"ran">[] {
  const units = cases.flatMap(({ name, arm, check }) => {
    onProgress(`independent check: ${name}, ${arm}\n`);
    return worlds.seeds.map((seed): UnitResult<"ran"> => {
      const result = runCheck(check, worlds.phones, worlds.durationS, seed);
      const { handovers, failedHandovers, ueMinutes } = result;
      return {
        domain: "ran",
        scenario: `independent check/${name}`,
        arm,
        seed,
        unit: `${seed}`,
        group: `${seed}`,
        tallies: {
          handovers: { sum: handovers, weight: 1 },
          handoverFailures: { sum: failedHandovers, weight: 1 },
          handoversPerUeMinute: { sum: handovers, weight: ueMinutes },
          handoverFailureRate: { sum: failedHandovers, weight: handovers + failedHandovers },
        },
      };
    });
  });
  return poolUnits({ name: "failure-rates", domain: "ran", kind: "simulated", metrics }, units);
}
