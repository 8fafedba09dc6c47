import { columnTextsOf } from "../trace/columns-schema.ts";
import { planHex, planLine, planManhattan, planOffice, planTwoCell } from "./built-plans.ts";
import { planCustom } from "./custom-plan.ts";
import { readInput } from "./input-file.ts";
import type { LayoutOf, LayoutParameters } from "./layout-schema.ts";
import { type CsvSites, parseSiteCsv, requireAzimuthsApart } from "./site-csv.ts";
import type { SitePlan } from "./site-plan.ts";

/** A layout with sites of its own, which a measured map has not. */
export type SiteLayout = Exclude<LayoutParameters, { kind: "radio-map" }>;

/** Returns the sites of a layout's file. Throws BadInputError as `parseSiteCsv` does. */
export function readSites({ file, columns }: LayoutOf<"custom">): CsvSites {
  const texts = columns === undefined ? undefined : columnTextsOf(columns, "layout.columns");
  return readInput(`sites ${JSON.stringify(texts ?? null)}`, "layout.file", file, (text, place) =>
    parseSiteCsv(text, place, texts),
  );
}

/**
 * Returns the plan of a layout; `radio` holds for sites of a file that do not say. Throws BadInputError for a file of sites
 * that cannot be used and for two sectors in one direction, which would be two cells at one place.
 */
export function createSitePlan(
  layout: SiteLayout,
  radio: { readonly hBsM: number; readonly txPowerDbm: number },
): SitePlan {
  if (layout.antenna.kind !== "isotropic") {
    requireAzimuthsApart(layout.antenna.boresightsDeg, "layout.antenna.boresightsDeg", "bad-parameter");
  }
  switch (layout.kind) {
    case "hex":
      return planHex(layout);
    case "manhattan":
      return planManhattan(layout);
    case "highway":
    case "rail":
      return planLine(layout);
    case "two-cell":
      return planTwoCell(layout);
    case "office":
      return planOffice(layout);
    case "custom": {
      return planCustom(layout, readSites(layout), radio);
    }
  }
}
