import { isDeepStrictEqual } from "node:util";
import type { RunManifest } from "#core/node";

/** What differs between two stored runs: settings, seeds, arms, inputs, code. */
export interface RunDifference {
  readonly differs: readonly Change[];
  /** What stands behind an arm's name to tell the runs apart: `a3.offsetDb=3`; the runs' ids where nothing short does. */
  readonly labels: { readonly reference: string; readonly other: string };
  /** For people: the two command lines, then what differs. */
  readonly lines: readonly string[];
}

/** One thing that is not the same; `null` where a run does not have it. */
export interface Change {
  readonly what: string;
  readonly reference: string | null;
  readonly other: string | null;
}

/** A label with more changes than this would not be read. */
const MOST_IN_A_LABEL = 2;
const MOST_IN_A_LINE = 12;

/** Returns what differs from run `reference` to run `other`, by their manifests. */
export function runDifference(reference: RunManifest, other: RunManifest): RunDifference {
  const changes = [...settings(reference, other), ...circumstances(reference, other)];
  const own = changes.filter(({ what }) => what !== "arms" && what !== "code");
  const short = own.length > 0 && own.length <= MOST_IN_A_LABEL;
  const label = (of: "reference" | "other"): string =>
    short
      ? own.map((change) => `${change.what}=${change[of] ?? "-"}`).join(", ")
      : of === "reference"
        ? reference.id
        : other.id;
  const shown = changes
    .slice(0, MOST_IN_A_LINE)
    .map(({ what, reference: from, other: to }) => `${what} ${from ?? "-"} -> ${to ?? "-"}`);
  const left = changes.length - shown.length;
  const more = left > 0 ? [`and ${left} more`] : [];
  return {
    differs: changes,
    labels: { reference: label("reference"), other: label("other") },
    lines: [
      `reference  ${reference.id}: baton ${reference.command.join(" ")}`,
      `other      ${other.id}: baton ${other.command.join(" ")}`,
      changes.length === 0
        ? "Nothing differs between them but when they ran."
        : `What differs (reference -> other): ${[...shown, ...more].join("; ")}.`,
    ],
  };
}

type Stored = RunManifest["experiments"][number];

/** Of each experiment that both have: the leaves of its parameters that are not the same. */
function settings(reference: RunManifest, other: RunManifest): readonly Change[] {
  const changes: Change[] = [];
  for (const [index, before] of reference.experiments.entries()) {
    const sameName = ({ name, domain }: Stored): boolean => name === before.name && domain === before.domain;
    const after = [other.experiments[index]].find((one) => one !== undefined && sameName(one));
    if (after === undefined) continue;
    const [from, to] = [leaves(before.config), leaves(after.config)];
    for (const path of new Set([...from.keys(), ...to.keys()])) {
      const [a, b] = [from.get(path) ?? null, to.get(path) ?? null];
      const what = path.replace(/^scenario\./, "");
      if (a === b || changes.some((change) => change.what === what)) continue;
      changes.push({ what: what === "name" ? "scenario" : what, reference: a, other: b });
    }
  }
  return changes;
}

function circumstances(reference: RunManifest, other: RunManifest): readonly Change[] {
  const of = (what: string, text: (run: RunManifest) => string): Change[] => {
    const [a, b] = [text(reference), text(other)];
    return a === b ? [] : [{ what, reference: a, other: b }];
  };
  const files = isDeepStrictEqual(reference.inputs, other.inputs)
    ? []
    : of("input files", ({ inputs }) => inputs.map(({ path }) => path).join(", ") || "none");
  return [
    ...of("seeds", (run) => ranges([...new Set(run.experiments.flatMap(({ seeds }) => seeds))])),
    ...files,
    ...of("arms", (run) => [...new Set(run.experiments.flatMap(({ arms }) => arms))].join(",")),
    ...of("code", ({ gitRevision, versions }) => (gitRevision ?? versions.baton ?? "not known").slice(0, 12)),
  ];
}

/** Returns every leaf of the parameters as text, by its path; seeds and arms are told apart from them. */
function leaves(config: unknown): Map<string, string> {
  const all = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
    } else all.set(path, typeof value === "string" ? value : JSON.stringify(value));
  };
  visit(config ?? {}, "");
  for (const path of ["arms", "seeds"]) all.delete(path);
  return all;
}

/** Returns seeds in order, neighbours as a range: `1-5,9`. */
function ranges(seeds: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const seed of [...seeds].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === seed - 1) last[1] = seed;
    else parts.push([seed, seed]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",") || "none";
}
