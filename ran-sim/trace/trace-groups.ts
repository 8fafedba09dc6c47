// groups.json: which traces of a folder share road rows, and so must be split and resampled together.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { BadInputError } from "#core";

const groupsSchema = z.object({ groups: z.array(z.array(z.string()).min(1)) });

/**
 * Returns a function from trace name to group: the first member of the list that holds it in `folder`/groups.json
 * (`{"groups": [["name", ...], ...]}`), or the trace's own name when there is no file or no list with it.
 *
 * Throws BadInputError for a groups.json of another form, or one that puts a trace into two groups.
 */
export function readTraceGroups(folder: string): (traceName: string) => string {
  const file = join(folder, "groups.json");
  const groupOf = new Map<string, string>();
  for (const group of existsSync(file) ? parseGroups(readFileSync(file, "utf8"), file) : []) {
    for (const name of group) {
      if (groupOf.has(name)) throw refuse(file, "every trace in one group", `"${name}" twice`);
      groupOf.set(name, group[0] as string);
    }
  }
  return (traceName) => groupOf.get(traceName) ?? traceName;
}

function parseGroups(text: string, file: string): string[][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(file, "JSON", (cause as SyntaxError).message);
  }
  const result = groupsSchema.safeParse(value);
  if (result.success) return result.data.groups;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  throw refuse(
    `${file} ${issue.path.join(".")}`.trimEnd(),
    'lists of trace names under "groups"',
    issue.message,
  );
}

function refuse(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError("trace-groups", { subject, expected, got });
}
