import { type A3PolicyParameters, createA3Policy, tr36839Sets } from "../../policy/a3-policy.ts";
import { createA5Policy } from "../../policy/a5-policy.ts";
import { reportingOf } from "../../policy/act-on-reports.ts";
import { createConditionalPolicy } from "../../policy/conditional-policy.ts";
import { createDwellPolicy } from "../../policy/dwell-policy.ts";
import { createMroPolicy } from "../../policy/mro-policy.ts";
import type { Policy } from "../../policy/policy.ts";
import { tunedA3 } from "../../policy/tuned-a3.ts";
import { createUeFilterPolicy } from "../../policy/ue-filter-policy.ts";
import { type ArmContext, type ArmDefinition, ends, ruleArm } from "./arm.ts";

/** Rules of event A3 and its kin: they keep nothing of a phone that a handover could lose. */

export const ruleArms: readonly ArmDefinition[] = [
  {
    name: "a3",
    summary: "event A3 with the scenario's own parameters",
    bytes: "0",
    end: ends.nothingKept,
    create: (context) => ruleArm(a3(context), context.end),
  },
  ...tr36839Sets.map(
    (set, i): ArmDefinition => ({
      name: `a3-set${i + 1}`,
      summary: `event A3, ${set.offsetDb} dB, ${set.timeToTriggerMs} ms, k = ${set.filterCoefficient} (TR 36.839 set ${i + 1})`,
      bytes: "0",
      end: ends.nothingKept,
      create: (context) => ruleArm(a3(context, set), context.end),
    }),
  ),
  {
    name: "a5",
    summary: "event A5 with the scenario's thresholds",
    bytes: "0",
    end: ends.nothingKept,
    create({ scenario, world, end }) {
      const parameters = { ...scenario.a5, ...reportingOf(scenario.handover) };
      return ruleArm(createA5Policy(parameters, world.ueCount, world.cellCount), end);
    },
  },
  {
    name: "a3-tuned",
    summary: "event A3, the best of a grid on training worlds (policy/weights/a3-tuned.json)",
    bytes: "0",
    end: ends.nothingKept,
    create: (context) => ruleArm(a3(context, tunedA3()), context.end),
  },
  {
    name: "ue-filter",
    summary:
      "event A3 on levels that the phone itself averages over 500 ms (ueFilter), which no handover loses",
    bytes: "0",
    end: { ends: "kept", because: "phoneKeeps" },
    create({ scenario, world, end }) {
      const parameters = { ...scenario.ueFilter, ...reportingOf(scenario.handover) };
      return ruleArm(createUeFilterPolicy(parameters, world.ueCount, world.cellCount), end);
    },
  },
  {
    name: "dwell",
    summary: "a3-tuned that never hands back within handover.minimumTimeOfStayMs",
    bytes: "0",
    end: ends.nothingKept,
    create(context) {
      const holdMs = context.scenario.handover.minimumTimeOfStayMs;
      return ruleArm(createDwellPolicy(a3(context, tunedA3()), holdMs, context.world.ueCount), context.end);
    },
  },
  {
    name: "cho",
    summary: "conditional handover: cells prepared early, the phone goes by its own condition",
    bytes: "0",
    end: ends.nothingKept,
    create({ scenario, world, end }) {
      const parameters = { ...scenario.handover.conditional, executeOn: "l3" as const };
      return ruleArm(createConditionalPolicy(parameters, world.ueCount, world.cellCount), end, "conditional");
    },
  },
  {
    name: "daps",
    summary: "event A3 with the scenario's own parameters, the source kept until the target is reached",
    bytes: "0",
    end: ends.nothingKept,
    create: (context) => ruleArm(a3(context), context.end, "daps"),
  },
  {
    name: "ltm",
    summary: "L1/L2 triggered mobility: cells prepared and synchronised early, commanded by MAC CE",
    bytes: "0",
    end: ends.nothingKept,
    create({ scenario, world, end }) {
      const { ltm } = scenario.handover;
      const execute = { event: "a3" as const, ...ltm.execute };
      const parameters = { ...ltm, execute, executeOn: "l1" as const };
      return ruleArm(createConditionalPolicy(parameters, world.ueCount, world.cellCount), end, "ltm");
    },
  },
  {
    name: "mro",
    summary: "event A3 with individual offsets for each cell pair, which failures move",
    bytes: "0",
    end: ends.nothingKept,
    create({ scenario, world, end }) {
      const { mro, minimumTimeOfStayMs } = scenario.handover;
      const reporting = reportingOf(scenario.handover);
      return ruleArm(
        createMroPolicy({ ...scenario.a3, ...mro, ...reporting, minimumTimeOfStayMs }, world),
        end,
      );
    },
  },
];

/** What of event A3 a point of a grid chooses. */
type A3Choice = Omit<A3PolicyParameters, keyof ReturnType<typeof reportingOf>>;

function a3({ scenario, world }: ArmContext, choice: A3Choice = scenario.a3): Policy {
  const parameters = { ...choice, ...reportingOf(scenario.handover) };
  return createA3Policy(parameters, world.ueCount, world.cellCount);
}
