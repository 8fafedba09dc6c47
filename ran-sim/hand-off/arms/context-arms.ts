import { BadInputError, bytesPerValue, createStream, fitPca, spreadOf } from "#core";
import { createCellListMemory } from "../../learned/cell-list-memory.ts";
import { type ContextMemory, createContextMemory } from "../../learned/context-memory.ts";
import { createContextPolicy } from "../../learned/context-policy.ts";
import { createPinnedMemory } from "../../learned/pinned-memory.ts";
import { createRawMemory } from "../../learned/raw-memory.ts";
import { sameSites } from "../../learned/recording.ts";
import { contextRuntime, type TrainedNetwork, trainedLatentBytes } from "../../learned/weights.ts";
import type { StandardIe } from "../../xn/index.ts";
import {
  asComponents,
  asElement,
  asLatent,
  asReports,
  asWhole,
  type CarriedAs,
  payloadValues,
  rawLayout,
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

/** One learned model of a phone; its arms differ only in what crosses the boundary, and were trained with just that. */

export const contextArms: readonly ArmDefinition[] = [
  {
    name: "cold",
    summary: "a learned model of each phone that every handover loses",
    bytes: "0",
    end: ends.notCarried,
    create: (context) => {
      const { memory } = remembering(context, { carried: "nothing" });
      return ruleArm(policyOf(context, memory), context.end);
    },
  },
  {
    name: "latent",
    summary: "the learned state, compressed by a beta-VAE and projected by a gated network",
    bytes: "payload.bytes + 24",
    end: ends.projected,
    create: latentArm,
  },
  {
    name: "whole",
    summary: "the learned state, which travels whole",
    bytes: "4 per value + 24",
    end: ends.loaded,
    create(context) {
      const { memory } = remembering(context, { carried: "state" });
      return carrying(context, memory, asWhole("context", memory.stateSize));
    },
  },
  {
    name: "pca",
    summary: "the learned state as principal components",
    bytes: "payload.bytes at most + 24",
    end: ends.projected,
    statesOf: "whole",
    create(context) {
      const { memory } = remembering(context, { carried: "state" });
      const values = Math.min(payloadValues(context.scenario), memory.stateSize);
      const model = fitPca(context.trainingStates("whole"), values);
      return carrying(context, memory, asComponents(model, context.scenario.payload.precision));
    },
  },
  {
    name: "raw",
    summary: "the last raw reports, which travel and are replayed through the target's learned model",
    bytes: "payload.bytes at most + 24",
    end: ends.replayed,
    create(context) {
      const { scenario, world } = context;
      const { memory, runtime } = remembering(context, { carried: "reports" });
      const layout = rawLayout(payloadValues(scenario), runtime.shape.slots);
      const { ueCount, cellCount } = world;
      const { reportPeriodMs } = scenario.network;
      const raw = createRawMemory(memory, runtime, layout, { ueCount, cellCount, reportPeriodMs });
      return carrying(context, raw, asReports(raw.stateSize, layout));
    },
  },
  listArm(
    "history",
    "ueHistory",
    "the cells visited, which every request names, and a model trained to start from them",
  ),
  listArm(
    "trajectory",
    "ueTrajectory",
    "the cells that the learned model expects next, in the standard's own element",
  ),
  {
    name: "transformer",
    summary: "a learned model of the last second's reports, which every handover loses",
    bytes: "0",
    end: ends.notCarried,
    create: (context) => {
      const { memory } = remembering(context, { carried: "window" });
      return ruleArm(policyOf(context, memory), context.end);
    },
  },
  {
    name: "pin",
    summary: "the learned state, which stays at the cell where it began; reports are forwarded to it",
    bytes: "2 frames a report",
    end: { ends: "kept", because: "stayed" },
    create(context) {
      const { scenario, world, seed } = context;
      const { memory } = remembering(context, { carried: "state" });
      const pinned = createPinnedMemory(memory, scenario.xn, createStream(seed, "pinned-reports"), world);
      return ruleArm(policyOf(context, pinned), context.end);
    },
  },
  {
    ...control("another", "control: another phone's latent", (context) =>
      sendsAnother(context, () => context.trainingStates("latent")),
    ),
    whenAlone: true,
  },
  control("mean", "control: the average latent, the same for every phone", (context) =>
    sendsMean(spreadOf(context.trainingStates("latent"))),
  ),
  control("noise", "control: the latent of a random state of the right mean and spread", (context) =>
    sendsNoise(spreadOf(context.trainingStates("latent")), context.seed),
  ),
];

/** An arm that starts the target's state from an element that TS 38.423 has already. */
function listArm(name: "history" | "trajectory", standardIe: StandardIe, summary: string): ArmDefinition {
  return {
    name,
    summary,
    bytes: standardIe === "ueHistory" ? "0, being in every request" : "12 per cell + 5",
    end: ends.projected,
    create(context) {
      const { memory, runtime } = remembering(context, { carried: name });
      const { ueCount, cellCount } = context.world;
      const starting = createCellListMemory(memory, runtime, standardIe, ueCount);
      return carrying(context, starting, asElement(standardIe, cellCount), standardIe);
    },
  };
}

/** An arm with the latent's model and bytes, but not the phone's own latent. */
function control(name: string, summary: string, sends: (context: ArmContext) => Sends): ArmDefinition {
  return {
    name,
    summary,
    bytes: "as latent",
    end: ends.standIn,
    statesOf: "latent",
    create: (context) => ({ ...latentArm(context), sends: sends(context) }),
  };
}

function latentArm(context: DefinedContext): MadeArm {
  const { bytes, precision } = context.scenario.payload;
  // Trained with the rounding of int8; wider precisions send fewer values of it in as many bytes.
  const values = payloadValues(context.scenario);
  if (!trainedLatentBytes.includes(values) || values * bytesPerValue[precision] !== bytes) {
    throw new BadInputError("bad-parameter", {
      subject: `scenario ${context.scenario.name}, payload, arm latent`,
      expected: `bytes of ${trainedLatentBytes.join(", ")} values, for which there are models`,
      got: `${precision} and ${bytes} bytes`,
      remedy: "choose one of them, or leave the arm out",
    });
  }
  const { memory, runtime } = remembering(context, { carried: "latent", bytes: values });
  return carrying(context, memory, asLatent(runtime, precision));
}

function remembering({ scenario, world }: ArmContext, trained: TrainedNetwork) {
  const { reportPeriodMs, trainingSeed, trainedOn, vendor } = scenario.network;
  const { ueCount, cellCount } = world;
  const runtime = contextRuntime({ ...trained, vendor }, { seed: trainingSeed, on: trainedOn }, ueCount);
  const memory = createContextMemory(runtime, {
    ueCount,
    cellCount,
    sameSite: sameSites(world),
    reportPeriodMs,
  });
  return { memory, runtime };
}

function policyOf({ scenario, world }: ArmContext, memory: ContextMemory) {
  return createContextPolicy(memory, scenario.network.rule, world.ueCount);
}

function carrying(
  context: DefinedContext,
  memory: ContextMemory,
  as: CarriedAs,
  standardIe?: StandardIe,
): MadeArm {
  return carryingArm(context, policyOf(context, memory), as, standardIe);
}
