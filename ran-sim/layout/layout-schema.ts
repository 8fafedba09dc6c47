import { z } from "zod";
import { antennaSchema } from "../radio/radio-schema.ts";
import { columnsSchema } from "../trace/columns-schema.ts";

/** Where sites stand and what lies between them, as a scenario file gives it. */

const isdM = z.number().min(10).max(10_000);
const bothWays: z.input<typeof antennaSchema> = { kind: "isotropic", gainDbi: 8 };
const allRound: z.input<typeof antennaSchema> = { kind: "isotropic" };
const alongX: z.input<typeof antennaSchema> = { kind: "sector", boresightsDeg: [0, 180] };
const alongStreets: z.input<typeof antennaSchema> = { kind: "sector", boresightsDeg: [0, 90, 180, 270] };
const wrapOrBounce = z.enum(["wrap", "bounce"]);

/** Hexagonal sites on a torus (wrap-around). */
const hexSchema = z.strictObject({
  kind: z.literal("hex").optional().default("hex"),
  sites: z.union([z.literal(1), z.literal(7), z.literal(19)]).default(7),
  isdM: isdM.default(500),
  antenna: antennaSchema.prefault({ kind: "sector" }),
});

/** Straight streets `blockM` apart, a site at every `blocksPerSite`-th crossing. */
const manhattanSchema = z.strictObject({
  kind: z.literal("manhattan"),
  sitesX: z.int().min(1).max(8).default(3),
  sitesY: z.int().min(1).max(8).default(3),
  blockM: z.number().min(20).max(1000).default(100),
  blocksPerSite: z.int().min(1).max(20).default(2),
  edge: wrapOrBounce.default("wrap"),
  antenna: antennaSchema.prefault(alongStreets),
});

/** Sites along a straight road or track on y = 0. */
const lineOf = <K extends string>(
  kind: K,
  defaults: { sites: number; isdM: number; offsetM: number; sides: "alternate" | "one" },
  antenna: z.input<typeof antennaSchema>,
) =>
  z.strictObject({
    kind: z.literal(kind),
    sites: z.int().min(1).max(40).default(defaults.sites),
    isdM: isdM.default(defaults.isdM),
    /** From the middle of the road or track to a site. */
    offsetM: z.number().min(0).max(2000).default(defaults.offsetM),
    sides: z.enum(["alternate", "one"]).default(defaults.sides),
    edge: wrapOrBounce.default("wrap"),
    antenna: antennaSchema.prefault(antenna),
  });

/** Two sites, and a road from well behind one to well behind the other. */
const twoCellSchema = z.strictObject({
  kind: z.literal("two-cell"),
  isdM: isdM.default(500),
  antenna: antennaSchema.prefault(allRound),
});

/** Ceiling sites in one room, half a site distance from its walls along x (TR 38.901 Table 7.2-2: 120 m x 50 m). */
const officeSchema = z.strictObject({
  kind: z.literal("office"),
  sitesX: z.int().min(1).max(20).default(6),
  sitesY: z.int().min(1).max(20).default(2),
  isdM: isdM.default(20),
  /** From the outer rows of sites to the walls along y. */
  wallM: z.number().min(1).max(100).default(15),
  antenna: antennaSchema.prefault(allRound),
});

/** Sites of a CSV file: see `parseSiteCsv`. */
const customSchema = z.strictObject({
  kind: z.literal("custom"),
  file: z.string().min(1),
  /** Where the file's columns are called otherwise: `lat=latitude,lon=longitude,radio=radio:LTE`. */
  columns: columnsSchema.exactOptional(),
  /** Ground around the outermost sites. */
  marginM: z.number().min(0).max(10_000).default(250),
  edge: z.enum(["bounce", "refuse"]).default("bounce"),
  /** For sites of the file without azimuths of their own. */
  antenna: antennaSchema.prefault({ kind: "sector" }),
});

/** A measured map in place of sites: see `layout/radio-map/README.md`. */
const radioMapSchema = z.strictObject({
  kind: z.literal("radio-map"),
  file: z.string().min(1),
  /** EARFCN or NR-ARFCN: the column `freq`. Cells of one channel interfere with each other and are handed over between. */
  channel: z.int().min(0),
  /** Cells that fewer grid squares have seen are left out. */
  leastSquares: z.int().min(1).default(4),
  /** What a cell has in squares where it was not seen. */
  floorDbm: z.number().min(-200).max(-100).default(-140),
  /** Spread within a square, as noise over the place; false leaves the means alone. */
  deviation: z.boolean().default(false),
  edge: z.enum(["bounce", "refuse"]).default("bounce"),
});

const kinds = "hex, manhattan, highway, rail, two-cell, office, custom, radio-map";

export const layoutSchema = z.discriminatedUnion(
  "kind",
  [
    hexSchema,
    manhattanSchema,
    lineOf("highway", { sites: 4, isdM: 1732, offsetM: 35, sides: "alternate" }, alongX),
    lineOf("rail", { sites: 6, isdM: 1000, offsetM: 50, sides: "one" }, bothWays),
    twoCellSchema,
    officeSchema,
    customSchema,
    radioMapSchema,
  ],
  { error: `one of ${kinds}` },
);

/** A layout, defaults filled in. */
export type LayoutParameters = z.output<typeof layoutSchema>;
/** One kind of layout. */
export type LayoutOf<K extends LayoutParameters["kind"]> = Extract<LayoutParameters, { kind: K }>;
