// What is a latent of one vendor's model worth in the state of another's? By direction; see README.md.
import { closedLoop, onSyntheticWorlds, openLoop, shortOf, size, walking } from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { ofEachVendor } from "../harness/receivers.ts";
import { learned, type Study } from "../harness/study.ts";
import { drawVendors } from "./figure.ts";

export const study: Study = {
  slug: "cross-vendor",
  ...onSyntheticWorlds(801),
  settings: size(40, 20),
  conditions: [walking],
  arms: [
    // What a receiver does in a network of its own.
    ...["cold", "latent", "whole", "raw"].map((arm) => learned(arm, ofEachVendor)),
    ...["vendors", "vendors-shuffled", "vendors-within"].map((arm) => learned(arm)),
    // Open loop it is `cold`: only what it decides differs.
    learned("vendors-cold", undefined, "closed"),
  ],
  references: ["cold", "raw", "vendors-shuffled", "vendors-cold"],
  reported: [...openLoop, ...closedLoop, "latentColdShare", "xnPayloadBytesPerHandover"],
  byVendor: true,
};

/** One site has one vendor: the short form has seven. */
export const short = shortOf(study, { settings: [...size(16, 8), { path: "layout.sites", value: 7 }] });

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "cross-vendor.svg": drawVendors(result) }) },
});
