/** What the server says about a file that was dropped: JSON, one of these objects a line, the last a `result` or a `refused`. */
import { z } from "zod";
import { type KpiRow, kpiRowSchema } from "#core";

/** The most that a page sends; longer files are for the command line. */
export const mostDroppedBytes = 128 << 20;

/** What a file was taken for, by its content. */
const droppedKinds = ["agent-trace", "ran-trace", "ran-scenario", "agent-scenario"] as const;
export type DroppedKind = (typeof droppedKinds)[number];

const dropLineSchema = z.discriminatedUnion("type", [
  /** What it is, in a word and a sentence, and what is done with it. */
  z.strictObject({
    type: z.literal("recognised"),
    kind: z.enum(droppedKinds),
    what: z.string(),
    doing: z.string(),
  }),
  z.strictObject({
    type: z.literal("progress"),
    done: z.int().nonnegative(),
    total: z.int().positive(),
    secondsLeft: z.number().nullable(),
  }),
  z.strictObject({
    type: z.literal("result"),
    kind: z.enum(droppedKinds),
    /** All rows, as `--json` of the command prints them; `headline` are the metrics that its table shows. */
    rows: z.array(kpiRowSchema),
    headline: z.array(z.string()),
    /** One line each: what was changed, set aside, or cannot be told from the file. */
    notes: z.array(z.strictObject({ title: z.string(), lines: z.array(z.string()) })),
    /** What prints the same, to copy. */
    command: z.string(),
  }),
  z.strictObject({ type: z.literal("refused"), code: z.string(), message: z.string() }),
]);

type ParsedLine = z.infer<typeof dropLineSchema>;
export type DropResult = Omit<Extract<ParsedLine, { type: "result" }>, "rows"> & {
  readonly rows: readonly KpiRow[];
};
export type DropLine = Exclude<ParsedLine, { type: "result" }> | DropResult;

/** Returns what a line says. Throws ZodError for what the server of this page would not say. */
export function parseDropLine(line: string): DropLine {
  return dropLineSchema.parse(JSON.parse(line)) as DropLine;
}
