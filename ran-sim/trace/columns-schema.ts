// The mapping of a table's columns as a scenario file has it.
import { z } from "zod";
import { type ColumnTexts, parseColumnTexts } from "./column-map.ts";

/** One line `field=column,...`, or a key a field. */
export const columnsSchema = z.union([z.string().min(1), z.record(z.string(), z.string().min(1))]);

/** Returns the mapping; `place` is its own in the scenario. Throws BadInputError ("bad-columns"). */
export function columnTextsOf(columns: z.output<typeof columnsSchema>, place: string): ColumnTexts {
  return typeof columns === "string" ? parseColumnTexts(columns, place) : columns;
}
