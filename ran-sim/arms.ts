import {
  type ArmDescription,
  BadInputError,
  bytesPerValue,
  createHandOff,
  createStream,
  fitPca,
  fitRandomProjection,
  type HandOff,
  identitySteps,
  type LinearModel,
  linearSteps,
  requireName,
  rowOf,
  type StateBatch,
} from "#core";
import { createA3Policy, tr36839Sets } from "./policy/a3-policy.ts";
import { createA5Policy } from "./policy/a5-policy.ts";
import { reportingOf } from "./policy/act-on-reports.ts";
import { type ConditionalPolicyParameters, createConditionalPolicy } from "./policy/conditional-policy.ts";
import { createDwellPolicy } from "./policy/dwell-policy.ts";
import { createMroPolicy } from "./policy/mro-policy.ts";
import type { Policy } from "./policy/policy.ts";
import { createTrend, type Trend } from "./policy/trend.ts";
import { createTrendPolicy } from "./policy/trend-policy.ts";
import { tunedA3 } from "./policy/tuned-a3.ts";
import type { Procedure } from "./ran-params.ts";
import type { RanScenario } from "./scenario.ts";
import type { World } from "./world.ts";
import { createPayloadLink, type PayloadLink } from "./xn/payload-link.ts";
import { rawReportLayout, rawReportSteps } from "./xn/raw-reports.ts";

/** The arms: rules that keep nothing, and one rule with memory that differs only in what crosses the boundary. */

const describe = (name: string, summary: string, bytes: string): ArmDescription<"ran"> => ({
  domain: "ran",
  name,
  summary,
  bytes,
});

/** In the order in which they are reported. */
export const ranArms: readonly ArmDescription<"ran">[] = [
  describe("a3", "event A3 with the scenario's own parameters", "0"),
  ...tr36839Sets.map((set, i) =>
    describe(
      `a3-set${i + 1}`,
      `event A3, ${set.offsetDb} dB, ${set.timeToTriggerMs} ms, k = ${set.filterCoefficient} (TR 36.839 set ${i + 1})`,
      "0",
    ),
  ),
  describe("a5", "event A5 with the scenario's thresholds", "0"),
  describe("a3-tuned", "event A3, the best of a grid on training worlds (policy/weights/a3-tuned.json)", "0"),
  describe("dwell", "a3-tuned that never hands back within handover.minimumTimeOfStayMs", "0"),
  describe("cho", "conditional handover: cells prepared early, the phone goes by its own condition", "0"),
  describe(
    "daps",
    "event A3 with the scenario's own parameters, the source kept until the target is reached",
    "0",
  ),
  describe(
    "ltm",
    "L1/L2 triggered mobility: cells prepared and synchronised early, commanded by MAC CE",
    "0",
  ),
  describe("mro", "event A3 with individual offsets for each cell pair, which failures move", "0"),
  describe("cold", "A3 biased by a memory of reports that every handover loses", "0"),
  describe("full", "A3 biased by a memory that travels whole", "4 per value + 24"),
  describe("pca", "A3 biased by a memory that travels as principal components", "payload.bytes at most + 24"),
  describe(
    "raw128",
    "A3 biased by a memory rebuilt from the last raw reports, which travel",
    "payload.bytes at most + 24",
  ),
  describe("random-projection", "control: a projection that knows nothing of the data", "as pca"),
  describe("shuffled", "control: another phone's memory", "as pca"),
  describe("mean", "control: the average memory, the same for every phone", "as pca"),
  describe("noise", "control: random memory of the right mean and spread", "as pca"),
];

export const ranArmNames: readonly string[] = ranArms.map((arm) => arm.name);

/** What runs when no arms are named. */
export const defaultRanArms: readonly string[] = ["a3-set3", "cold", "full", "pca", "raw128", "shuffled"];

/** Returns `arms` when each is known and none occurs twice; throws a BadInputError otherwise. */
export function checkArms(arms: readonly string[], known: readonly string[]): readonly string[] {
  for (const [i, arm] of arms.entries()) {
    requireName("unknown-arm", "--arms", arm, known);
    if (arms.indexOf(arm) !== i) {
      throw new BadInputError("unknown-arm", {
        subject: "--arms",
        expected: "each arm once",
        got: `"${arm}" twice`,
      });
    }
  }
  return arms;
}

/** Arms that carry something over; all of them, and `cold`, have a memory. */
const transferArms = ["full", "pca", "raw128", "random-projection", "shuffled", "mean", "noise"];
const fittedArms = ["pca", "random-projection", "shuffled", "mean", "noise"];

/** Whether the arm needs states from training worlds. */
export function needsTraining(arm: string): boolean {
  return fittedArms.includes(arm);
}

/** Whose state the sender compresses for a phone. */
export type Sends =
  | { readonly what: "own" | "another" }
  /** A fixed row, or one drawn for (phone, attempt). */
  | { readonly what: "row"; row(ue: number, attempt: number): Float32Array };

/** One arm in one world: fresh state, ready to run. */
export interface Arm {
  readonly name: string;
  readonly policy: Policy;
  readonly procedure: Procedure;
  /** Null: nothing is sent. */
  readonly handOff: (HandOff & { readonly link: PayloadLink }) | null;
  readonly sends: Sends;
}

/** What an arm is made for. */
export interface ArmContext {
  readonly scenario: RanScenario;
  readonly world: Pick<World, "ueCount" | "cellCount" | "tickMs">;
  readonly seed: number;
  /** Returns memory states of training worlds, none of which is among the test worlds. */
  readonly trainingStates: () => StateBatch;
}

/** Returns the arm of a known name. Throws RangeError for any other: names are checked where they are read. */
export function createArm(name: string, context: ArmContext): Arm {
  const { scenario, world } = context;
  const { ueCount, cellCount } = world;
  const reporting = reportingOf(scenario.handover);
  const procedure = "basic";
  const rule = (policy: Policy): Arm => ({ name, policy, procedure, handOff: null, sends: { what: "own" } });
  const conditional = (of: Procedure, parameters: ConditionalPolicyParameters): Arm => ({
    ...rule(createConditionalPolicy(parameters, ueCount, cellCount)),
    procedure: of,
  });
  if (name === "a3") return rule(createA3Policy({ ...scenario.a3, ...reporting }, ueCount, cellCount));
  if (name === "a5") return rule(createA5Policy({ ...scenario.a5, ...reporting }, ueCount, cellCount));
  const set = /^a3-set([1-5])$/.exec(name);
  if (set !== null) {
    const parameters = tr36839Sets[Number(set[1]) - 1];
    return rule(createA3Policy({ ...parameters, ...reporting }, ueCount, cellCount));
  }
  const tuned = (): Policy => createA3Policy({ ...tunedA3(), ...reporting }, ueCount, cellCount);
  switch (name) {
    case "a3-tuned":
      return rule(tuned());
    case "dwell": {
      const holdMs = scenario.handover.minimumTimeOfStayMs;
      return rule(createDwellPolicy(tuned(), holdMs, ueCount));
    }
    case "cho":
      return conditional("conditional", { ...scenario.handover.conditional, executeOn: "l3" });
    case "ltm": {
      const { ltm } = scenario.handover;
      const execute = { event: "a3" as const, ...ltm.execute };
      return conditional("ltm", { ...ltm, execute, executeOn: "l1" });
    }
    case "daps":
      return {
        ...rule(createA3Policy({ ...scenario.a3, ...reporting }, ueCount, cellCount)),
        procedure: "daps",
      };
    case "mro": {
      const { mro, minimumTimeOfStayMs } = scenario.handover;
      return rule(createMroPolicy({ ...scenario.a3, ...mro, ...reporting, minimumTimeOfStayMs }, world));
    }
  }
  if (name !== "cold" && !transferArms.includes(name)) throw new RangeError(`createArm: no arm "${name}"`);

  const layout = rawReportLayout(payloadValues(scenario), cellCount);
  const trend = trendOf(scenario, cellCount, name === "raw128" ? layout.reports : 0);
  const { network, a3 } = scenario;
  const policy = createTrendPolicy({ ...a3, ...network, ...reporting }, trend, ueCount);
  if (name === "cold") return rule(policy);
  const link = createPayloadLink(scenario.xn, createStream(context.seed, "xn"));
  switch (name) {
    case "full": {
      const handOff = over(link, { ...identitySteps("trend", trend.stateSize), precision: "fp32" });
      return { name, policy, procedure, handOff, sends: { what: "own" } };
    }
    case "raw128": {
      const { precision } = scenario.payload;
      const handOff = over(link, { ...rawReportSteps(trend, layout), precision });
      return { name, policy, procedure, handOff, sends: { what: "own" } };
    }
    default: {
      const states = context.trainingStates();
      const model = fitModel(name, states, scenario, trend);
      const { precision } = scenario.payload;
      const handOff = over(link, { ...linearSteps(model), precision });
      return { name, policy, procedure, handOff, sends: controlSends(name, context, states, model) };
    }
  }
}

function over(
  link: PayloadLink,
  steps: Omit<Parameters<typeof createHandOff>[0], "link">,
): NonNullable<Arm["handOff"]> {
  return { ...createHandOff({ ...steps, link }), link };
}

/**
 * Returns how many values the payload holds. The bytes are a budget: a memory of fewer values than fit (43 in
 * `hex-uma`, 11 on five cells) is sent in fewer bytes, as a rotation without loss but for the precision.
 */
export function payloadValues(scenario: RanScenario): number {
  return Math.floor(scenario.payload.bytes / bytesPerValue[scenario.payload.precision]);
}

/** Returns the recursion of a scenario over `cellCount` cells. */
export function trendOf(scenario: RanScenario, cellCount: number, keptReports = 0): Trend {
  return createTrend({ ...scenario.network, cellCount, keptReports });
}

/** The seed of the random projection: one basis for all worlds. */
const PROJECTION_SEED = 1;

function fitModel(name: string, states: StateBatch, scenario: RanScenario, trend: Trend): LinearModel {
  const latentSize = Math.min(payloadValues(scenario), trend.stateSize);
  return name === "random-projection"
    ? fitRandomProjection(states, latentSize, PROJECTION_SEED)
    : fitPca(states, latentSize);
}

function controlSends(name: string, context: ArmContext, states: StateBatch, model: LinearModel): Sends {
  const { seed, world } = context;
  switch (name) {
    case "mean": {
      const mean = Float32Array.from(model.mean);
      return { what: "row", row: () => mean };
    }
    case "noise": {
      const random = createStream(seed, "noise-latent");
      const { mean, scale } = model;
      return {
        what: "row",
        row: (ue, attempt) =>
          Float32Array.from(mean, (value, j) => value + scale[j] * random.normal(ue, attempt, j)),
      };
    }
    case "shuffled": {
      if (world.ueCount > 1) return { what: "another" };
      // A world of one phone has no other phone: one of the training worlds stands in.
      const random = createStream(seed, "shuffled");
      return {
        what: "row",
        row: (ue, attempt) => rowOf(states, random.integer(states.count, ue, attempt)),
      };
    }
    default:
      return { what: "own" };
  }
}
