import { fitPca, fitRandomProjection, type LinearModel, type StateBatch } from "#core";
import { reportingOf } from "../../policy/act-on-reports.ts";
import { rawReportLayout } from "../../policy/raw-reports.ts";
import { createTrend, type Trend } from "../../policy/trend.ts";
import { createTrendPolicy } from "../../policy/trend-policy.ts";
import type { RanScenario } from "../../scenario.ts";
import {
  asComponents,
  asReportsOfTrend,
  asWhole,
  type CarriedAs,
  payloadValues,
  type Sends,
} from "../compress.ts";
import { sendsAnother, sendsMean, sendsNoise } from "../controls.ts";
import {
  type ArmContext,
  type ArmDefinition,
  carryingArm,
  type DefinedContext,
  ends,
  type MadeArm,
  ruleArm,
} from "./arm.ts";

/** One rule with a memory of reports; its arms differ only in what crosses the boundary. */

export const trendArms: readonly ArmDefinition[] = [
  {
    name: "cold",
    summary: "A3 biased by a memory of reports that every handover loses",
    bytes: "0",
    end: ends.notCarried,
    create(context) {
      const trend = trendOf(context.scenario, context.world.cellCount);
      return ruleArm(policyOf(context, trend), context.end);
    },
  },
  {
    name: "whole",
    summary: "A3 biased by a memory that travels whole",
    bytes: "4 per value + 24",
    end: ends.loaded,
    create(context) {
      const trend = trendOf(context.scenario, context.world.cellCount);
      return carrying(context, trend, asWhole("trend", trend.stateSize));
    },
  },
  fittedArm(
    "pca",
    "A3 biased by a memory that travels as principal components",
    "payload.bytes at most + 24",
  ),
  {
    name: "raw",
    summary: "A3 biased by a memory rebuilt from the last raw reports, which travel",
    bytes: "payload.bytes at most + 24",
    end: ends.replayed,
    create(context) {
      const { scenario, world } = context;
      const layout = rawReportLayout(payloadValues(scenario), world.cellCount);
      const trend = trendOf(scenario, world.cellCount, layout.reports);
      const { precision } = scenario.payload;
      return carrying(context, trend, asReportsOfTrend(trend, layout, precision));
    },
  },
  fittedArm("random-projection", "control: a projection that knows nothing of the data"),
  fittedArm("another", "control: another phone's memory"),
  fittedArm("mean", "control: the average memory, the same for every phone"),
  fittedArm("noise", "control: random memory of the right mean and spread"),
];

/** Returns the recursion of a scenario over `cellCount` cells. */
export function trendOf(scenario: RanScenario, cellCount: number, keptReports = 0): Trend {
  return createTrend({ ...scenario.network, cellCount, keptReports });
}

/** The seed of the random projection: one basis for all worlds. */
const PROJECTION_SEED = 1;

/** An arm whose compression is fitted on states of training worlds. */
function fittedArm(name: string, summary: string, bytes = "as pca"): ArmDefinition {
  return {
    name,
    summary,
    bytes,
    // The others put something else in the place of the phone's own memory.
    end: name === "pca" || name === "random-projection" ? ends.projected : ends.standIn,
    statesOf: "whole",
    create(context) {
      const { scenario, world } = context;
      const states = context.trainingStates("whole");
      const trend = trendOf(scenario, world.cellCount);
      const model = fitModel(name, states, scenario, trend);
      const components = asComponents(model, scenario.payload.precision);
      return { ...carrying(context, trend, components), sends: controlSends(name, context, states, model) };
    },
  };
}

function policyOf({ scenario, world }: ArmContext, trend: Trend) {
  const { network, a3, handover } = scenario;
  return createTrendPolicy({ ...a3, ...network, ...reportingOf(handover) }, trend, world.ueCount);
}

function carrying(context: DefinedContext, trend: Trend, as: CarriedAs): MadeArm {
  return carryingArm(context, policyOf(context, trend), as);
}

function fitModel(name: string, states: StateBatch, scenario: RanScenario, trend: Trend): LinearModel {
  const latentSize = Math.min(payloadValues(scenario), trend.stateSize);
  return name === "random-projection"
    ? fitRandomProjection(states, latentSize, PROJECTION_SEED)
    : fitPca(states, latentSize);
}

function controlSends(name: string, context: ArmContext, states: StateBatch, model: LinearModel): Sends {
  const spread = { mean: Float32Array.from(model.mean), deviation: Float32Array.from(model.scale) };
  switch (name) {
    case "mean":
      return sendsMean(spread);
    case "noise":
      return sendsNoise(spread, context.seed);
    case "another":
      return sendsAnother(context, () => states);
    default:
      return { what: "own" };
  }
}
