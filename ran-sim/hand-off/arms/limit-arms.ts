import { createClairvoyantPolicy } from "../../policy/clairvoyant/clairvoyant-policy.ts";
import { createLookupPolicy } from "../../policy/lookup-policy.ts";
import { type ArmDefinition, ruleArm } from "./arm.ts";

/** Arms that know what no network can: the limits between which the others are read. */

export const limitArms: readonly ArmDefinition[] = [
  {
    name: "lookup",
    summary: "the nearest row of other recorded journeys names the best cell (traces only)",
    bytes: "0",
    end: { ends: "kept", because: "needsNoPast" },
    needs: "lookupTable",
    create({ world, lookupTable, end }) {
      if (lookupTable === undefined) throw new RangeError("the arm lookup needs recorded journeys");
      return ruleArm(createLookupPolicy(lookupTable(), world.ueCount), end);
    },
  },
  {
    name: "clairvoyant",
    summary: "knows the future: fewest failures, then short stays, then handovers",
    bytes: "0",
    end: { ends: "kept", because: "needsNoPast" },
    needs: "end of the world",
    create: ({ scenario, world, end }) => ruleArm(createClairvoyantPolicy(world, scenario), end),
  },
];
