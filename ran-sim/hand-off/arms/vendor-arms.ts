import { createHandOff, createStream } from "#core";
import { type ContextMemory, createContextMemory } from "../../learned/context-memory.ts";
import { createContextPolicy } from "../../learned/context-policy.ts";
import { sameSites } from "../../learned/recording.ts";
import { createVendorHandOff, createVendorMemory, type OfVendors } from "../../learned/vendor-memory.ts";
import { acrossProjector, contextRuntime, type Vendor } from "../../learned/weights.ts";
import type { World } from "../../world.ts";
import { asLatent } from "../compress.ts";
import { createPayloadLink } from "../transport.ts";
import {
  type ArmContext,
  type ArmDefinition,
  type DefinedContext,
  ends,
  type MadeArm,
  ruleArm,
} from "./arm.ts";

/** A network of two vendors, whose models differ in width and in weights: every other site is of the second. */

export const vendorArms: readonly ArmDefinition[] = [
  {
    name: "vendors-cold",
    summary: "two vendors, each with a learned model that every handover loses",
    bytes: "0",
    end: ends.notCarried,
    create: (context) => ruleArm(policyOf(context, remembering(context, "nothing").memory), context.end),
  },
  {
    name: "vendors-within",
    summary: "two vendors with latents of their own, which the other refuses",
    bytes: "128 + 24",
    end: ends.projected,
    create: (context) => latents(context, false),
  },
  {
    name: "vendors",
    summary: "two vendors with latents of their own, which the other projects into states of its own",
    bytes: "128 + 24",
    end: ends.projected,
    create: (context) => latents(context, true),
  },
  {
    name: "vendors-shuffled",
    summary: "control: the same with the latent of another phone of the sender's vendor",
    bytes: "128 + 24",
    end: ends.standIn,
    create: (context) => latents(context, true, true),
  },
];

const LATENT = { carried: "latent", bytes: 128 } as const;

/** Returns whose each cell is: by the parity of its site; of a trace, which tells of no sites, of its number. */
export function vendorsOf({
  cellCount,
  layout,
}: Pick<World, "cellCount"> & {
  readonly layout?: { readonly cells: readonly { readonly site: number }[] };
}): readonly Vendor[] {
  return Array.from({ length: cellCount }, (_, cell) =>
    (layout?.cells[cell].site ?? cell) % 2 === 0 ? "a" : "b",
  );
}

/** From whose states to whose a handover goes. */
export const vendorWays = ["a-to-a", "a-to-b", "b-to-a", "b-to-b"] as const;

export function wayBetween(from: Vendor, to: Vendor): (typeof vendorWays)[number] {
  return `${from}-to-${to}`;
}

function remembering({ scenario, world }: ArmContext, what: "nothing" | "latent") {
  const { reportPeriodMs, trainingSeed, trainedOn } = scenario.network;
  const { ueCount, cellCount } = world;
  const training = { seed: trainingSeed, on: trainedOn };
  const sameSite = sameSites(world);
  const runtimes = ofVendors((vendor) =>
    contextRuntime({ ...(what === "nothing" ? { carried: what } : LATENT), vendor }, training, ueCount),
  );
  const memories = ofVendors((vendor) =>
    createContextMemory(runtimes[vendor], { ueCount, cellCount, sameSite, reportPeriodMs }),
  );
  return { runtimes, training, memory: createVendorMemory(memories, vendorsOf(world), ueCount) };
}

function latents(context: DefinedContext, across: boolean, shuffled = false): MadeArm {
  const { scenario, seed, end } = context;
  const { runtimes, training, memory } = remembering(context, "latent");
  const link = createPayloadLink(scenario.xn, createStream(seed, "xn"));
  const steps = ofVendors((vendor) => ({ ...asLatent(runtimes[vendor], "int8"), link, end }));
  const own = ofVendors((vendor) => createHandOff(steps[vendor]));
  const receivers = ofVendors((from) =>
    ofVendors((to) => {
      if (from === to || !across) return own[to];
      const projector = acrossProjector({ carried: "across", bytes: LATENT.bytes, from }, training);
      return createHandOff({ ...steps[from], projector });
    }),
  );
  const sizes = ofVendors((vendor) => runtimes[vendor].stateSize);
  const handOff = createVendorHandOff(own, receivers, sizes, memory.wayOf);
  return {
    policy: policyOf(context, memory),
    procedure: "basic",
    handOff,
    sends: shuffled ? { what: "another", among: memory.isOfOneVendor } : { what: "own" },
  };
}

function policyOf({ scenario, world }: ArmContext, memory: ContextMemory) {
  return createContextPolicy(memory, scenario.network.rule, world.ueCount);
}

function ofVendors<T>(make: (vendor: Vendor) => T): OfVendors<T> {
  return { a: make("a"), b: make("b") };
}
