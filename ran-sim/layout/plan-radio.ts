import type { ChannelParameters } from "../radio/channel.ts";
import type { RanScenario } from "../scenario.ts";
import { HEX_RINGS } from "./built-plans.ts";
import type { SiteLayout } from "./create-plan.ts";
import type { SitePlan } from "./site-plan.ts";

/** Returns what the radio model is told of a layout and its plan. */
export function radioParameters(
  radio: RanScenario["radio"],
  layout: SiteLayout,
  plan: Pick<SitePlan, "isdM" | "placement">,
): ChannelParameters {
  const common = { ...radio, isdM: plan.isdM, antenna: layout.antenna };
  return layout.kind === "hex"
    ? { ...common, rings: HEX_RINGS[layout.sites] }
    : { ...common, rings: 0, placement: plan.placement };
}
