import { z } from "zod";
import { BadInputError, kpisSchema, parseInput } from "#core";
import { handoverSchema } from "./handover/handover-schema.ts";
import { layoutSchema } from "./layout/layout-schema.ts";
import { a3Schema, a5Schema, measurementSchema, ueFilterSchema } from "./measurement/measurement-schema.ts";
import { type RrcParameter, requireRrcValue } from "./measurement/rrc-enumerations.ts";
import { mobilitySchema } from "./mobility/mobility-schema.ts";
import { networkSchema, payloadSchema, trainingSchema } from "./policy/network-schema.ts";
import { radioSchema } from "./radio/radio-schema.ts";
import { xnSchema } from "./xn/xn-schema.ts";

/** Who moves where, under which radio and which rules: one schema is parser, type and published JSON Schema. */

export const ranScenarioSchema = z.strictObject({
  /** A breakdown or a sweep adds `/key=value` to it, so it holds neither character. */
  name: z
    .string()
    .regex(/^[^/=]+$/, "a name without / and =")
    .default("hex-uma"),
  durationS: z.number().positive().max(1_000_000).default(60),
  /** Until the means, the filters and the serving cells are in steady state nothing is counted. */
  warmUpS: z.number().min(0).max(1_000_000).default(5),
  tickMs: z.number().min(1).max(200).default(10),
  layout: layoutSchema.prefault({}),
  radio: radioSchema.prefault({}),
  mobility: mobilitySchema.prefault({}),
  measurement: measurementSchema.prefault({}),
  handover: handoverSchema.prefault({}),
  a3: a3Schema.prefault({}),
  a5: a5Schema.prefault({}),
  ueFilter: ueFilterSchema.prefault({}),
  network: networkSchema.prefault({}),
  payload: payloadSchema.prefault({}),
  /** The links between nodes, which carry every message of a handover, and the payload. */
  xn: xnSchema.prefault({}),
  training: trainingSchema.prefault({}),
  kpis: kpisSchema.optional(),
});

/** A whole scenario, defaults filled in. The defaults are `hex-uma` of this project's conventions. */
export type RanScenario = z.output<typeof ranScenarioSchema>;

/**
 * Returns the scenario in `document` (`{}` is `hex-uma`). Throws a BadInputError that names the path, what was
 * expected and what was found: first by shape, then by the enumerations of TS 38.331 6.3.
 */
export function parseRanScenario(document: unknown, subject: string): RanScenario {
  const scenario = parseInput(ranScenarioSchema, document, subject);
  const { handover, a3, a5, ueFilter, network, measurement } = scenario;
  const requireLegal = (parameter: RrcParameter, value: number, path: string): number =>
    requireRrcValue(parameter, value, `${subject}, ${path}`);
  for (const parameter of ["n310", "n311", "t310Ms", "reportIntervalMs"] as const) {
    requireLegal(parameter, handover[parameter], `handover.${parameter}`);
  }
  if (handover.reportAmount !== "infinity") {
    requireLegal("reportAmount", handover.reportAmount, "handover.reportAmount");
  }
  for (const [section, rule] of [
    ["a3", a3],
    ["a5", a5],
  ] as const) {
    for (const parameter of ["timeToTriggerMs", "filterCoefficient", "hysteresisDb"] as const) {
      requireLegal(parameter, rule[parameter], `${section}.${parameter}`);
    }
  }
  requireLegal("offsetDb", a3.offsetDb, "a3.offsetDb");
  for (const parameter of ["offsetDb", "hysteresisDb", "timeToTriggerMs"] as const) {
    requireLegal(parameter, ueFilter[parameter], `ueFilter.${parameter}`);
  }
  for (const threshold of ["threshold1Dbm", "threshold2Dbm"] as const) {
    requireLegal("rsrpThresholdDbm", a5[threshold], `a5.${threshold}`);
  }
  if (measurement.ssb !== undefined) {
    requireLegal("ssbPeriodMs", measurement.ssb.periodMs, "measurement.ssb.periodMs");
  }
  requireThat(handover.qInDb > handover.qOutDb, subject, "handover.qInDb", {
    expected: `more than handover.qOutDb (${handover.qOutDb})`,
    got: `${handover.qInDb}`,
  });
  requireThat(network.reportPeriodMs >= scenario.tickMs, subject, "network.reportPeriodMs", {
    expected: `at least tickMs (${scenario.tickMs})`,
    got: `${network.reportPeriodMs}`,
  });
  return scenario;
}

function requireThat(
  holds: boolean,
  subject: string,
  path: string,
  parts: { readonly expected: string; readonly got: string; readonly remedy?: string },
): void {
  if (!holds) throw new BadInputError("bad-parameter", { subject: `${subject}, ${path}`, ...parts });
}
