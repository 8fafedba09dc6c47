// A number that a trace bounds and does not tell: two rows, `x.atLeast` and `x.atMost`, and none called `x`.
import type { KpiRow, MetricDefinition, Tally } from "#core";

/** Returns the definitions of both bounds. */
export function boundsOf(definition: MetricDefinition): readonly MetricDefinition[] {
  const { metric } = definition;
  return [
    { ...definition, metric: `${metric}.atLeast` },
    { ...definition, metric: `${metric}.atMost` },
  ];
}

type Tallies = Readonly<Record<string, Tally>>;

/** Returns the tallies with each metric as both bounds, the smaller ratio (or samples) as the lower one. */
export function boundTallies(one: Tallies, other: Tallies): Record<string, Tally> {
  const bounded: Record<string, Tally> = {};
  for (const [metric, tally] of Object.entries(one)) {
    const second = other[metric] ?? tally;
    const [least, most] = sizeOf(tally) <= sizeOf(second) ? [tally, second] : [second, tally];
    bounded[`${metric}.atLeast`] = least;
    bounded[`${metric}.atMost`] = most;
  }
  return bounded;
}

function sizeOf(tally: Tally): number {
  if ("sum" in tally) return tally.weight === 0 ? 0 : tally.sum / tally.weight;
  return tally.samples.reduce((sum, value) => sum + value, 0);
}

/**
 * Returns the bounds of what the trace itself shows as sentences, one a line: "inputTokensPerRequest: between 5100 and 8100
 * tokens". Empty where it has none.
 */
export function boundsInWords(rows: readonly KpiRow[]): string {
  const sentences = rows.flatMap((row) => {
    if (row.arm !== "observed" || !row.metric.endsWith(".atMost")) return [];
    const metric = row.metric.slice(0, -".atMost".length);
    const least = rows.find((other) => other.arm === row.arm && other.metric === `${metric}.atLeast`);
    const unit = row.unit === "1" ? "" : ` ${row.unit}`;
    const most = `${shown(row.value)}${unit}`;
    const text =
      least?.value === 0 || least === undefined
        ? `at most ${most}`
        : `between ${shown(least.value)} and ${most}`;
    return [`  - ${metric}: ${text}`];
  });
  return sentences.length === 0 ? "" : `\nKnown as bounds only:\n${sentences.join("\n")}`;
}

function shown(value: number | null): string {
  return value === null ? "-" : String(Number(value.toPrecision(4)));
}
