/** The user's own KPIs of a run in the words of the wire. */
import type { LiveFormulas } from "#core";
import type { RanLayout } from "../protocol.ts";

/** Returns which KPIs have rows, with their expressions, and a line for each that has none. */
export function wireFormulas({ formulas, problems }: LiveFormulas): RanLayout["formulas"] {
  return { kpis: formulas.map(({ name, text }) => ({ name, expression: text })), problems: [...problems] };
}
