import type { Comparison } from "#core";
import type { RunFlags } from "./flags.ts";
import { headline } from "./headline.ts";
import { number, table } from "./print.ts";
import { GROUPS_FOR_A_CLAIM } from "./verdict-words.ts";

/** Returns the table of comparisons for people, `also` the metrics that it shows beside the headline. */
export function comparisonTable(
  flags: Pick<RunFlags, "all">,
  comparisons: readonly Comparison[],
  also: ReadonlySet<string>,
): string {
  const { shown } = flags.all ? { shown: comparisons } : headline(comparisons, also);
  if (shown.length === 0) return "No arm to compare with another.";
  const rows = table(
    ["domain", "scenario", "metric", "arm - reference", "difference", "95 % interval", "p (Holm)", "n"],
    shown.map((row) => [
      row.domain,
      row.scenario,
      row.metric,
      `${row.arm} - ${row.reference}`,
      number(row.difference),
      row.ci95[0] === null ? "-" : `[${number(row.ci95[0])}, ${number(row.ci95[1])}]`,
      number(row.pHolm),
      String(row.n),
    ]),
  );
  const fewest = Math.min(...shown.map(({ n }) => n));
  return fewest < GROUPS_FOR_A_CLAIM
    ? `${rows}\n\nWith ${fewest} worlds the sign-flip test cannot fall below p = ${number(2 / 2 ** fewest)} before correction: --seeds ${GROUPS_FOR_A_CLAIM} or more for a claim.`
    : rows;
}
