import type { Domain } from "../provenance.ts";
import { crossDomainMetric, requireDomain } from "../provenance.ts";
import { bootstrapSums } from "../statistics/bootstrap-sums.ts";
import type { Experiment, GapDefinition } from "./experiment.ts";
import type { KpiRow } from "./kpi-row.ts";
import { type MatchedUnits, matchUnits } from "./match-units.ts";
import type { UnitResult } from "./metric.ts";

/** With fewer, a bootstrap has so few distinct resamples that its interval is no guard. */
const FEWEST_GROUPS = 5;

const OPTIONS = { seed: 1 };

/**
 * Returns the row `gapClosed` = (arm - floor) / (ceiling - floor) for every other arm that tallied the metric, over the
 * units that all three have, with the bootstrap interval of the ratio by training seed and group; n is the number of groups.
 *
 * The value is null unless the interval of the denominator lies above 0: where the whole state gains nothing for sure,
 * or loses, there is no gap to close, and a ratio to it would be noise, or praise the arm that loses most. It is null
 * too below {@link FEWEST_GROUPS} groups. No rows without both ends. Throws a ProvenanceError for a unit of the other
 * domain.
 */
export function gapClosedRows<D extends Domain>(
  experiment: Pick<Experiment<D>, "name" | "domain" | "kind" | "source">,
  { metric, floor, ceiling }: GapDefinition,
  units: readonly UnitResult<NoInfer<D>>[],
): readonly KpiRow<D>[] {
  requireDomain(experiment.domain, units, ({ arm, unit }) => `unit ${unit} of arm ${arm}`);
  const scenarios = [...new Set(units.map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) => {
    const here = units.filter((unit) => unit.scenario === scenario && unit.tallies[metric] !== undefined);
    const arms = [...new Set(here.map(({ arm }) => arm))];
    if (!arms.includes(floor) || !arms.includes(ceiling)) return [];
    return arms
      .filter((arm) => arm !== floor && arm !== ceiling)
      .map((arm): KpiRow<D> => {
        const triples = matchUnits(
          metric,
          [arm, floor, ceiling].map((of) => here.filter((unit) => unit.arm === of)),
        );
        const { value, ci95 } = gapClosed(triples);
        const memory = here.find((unit) => unit.arm === arm)?.memory;
        return {
          experiment: experiment.name,
          domain: experiment.domain,
          kind: experiment.kind,
          ...(experiment.source === undefined ? {} : { source: experiment.source }),
          scenario,
          arm,
          metric: crossDomainMetric,
          unit: "1",
          value,
          ci95,
          n: new Set(triples.groups).size,
          seeds: new Set(triples.seeds.filter((seed) => seed !== null)).size,
          ...(memory === undefined ? {} : { memory }),
        };
      });
  });
}

type Column = "arm" | "armWeight" | "floor" | "floorWeight" | "ceiling" | "ceilingWeight";

function gapClosed({ sums, weights, groups, rows }: MatchedUnits): Pick<KpiRow, "value" | "ci95"> {
  const [arm, floor, ceiling] = sums;
  const [armWeight, floorWeight, ceilingWeight] = weights;
  const columns = { arm, armWeight, floor, floorWeight, ceiling, ceilingWeight };
  type Sums = Readonly<Record<Column, number>>;
  const gain = (sums: Sums, of: "arm" | "ceiling"): number | null => {
    const weight = sums[`${of}Weight`];
    if (weight === 0 || sums.floorWeight === 0) return null;
    return sums[of] / weight - sums.floor / sums.floorWeight;
  };
  const gap = bootstrapSums({ columns, groups, rows }, (sums) => gain(sums, "ceiling"), OPTIONS);
  if (new Set(groups).size < FEWEST_GROUPS || gap.lo === null || gap.lo <= 0) {
    return { value: null, ci95: [null, null] };
  }
  const closed = bootstrapSums(
    { columns, groups, rows },
    (sums) => {
      const own = gain(sums, "arm");
      const whole = gain(sums, "ceiling");
      return own === null || whole === null || whole === 0 ? null : own / whole;
    },
    OPTIONS,
  );
  // A ratio that every resample gives alike (each document answered) is seen, not certain.
  const { estimate, lo, hi } = closed;
  return { value: estimate, ci95: lo === null || hi === null || lo === hi ? [null, null] : [lo, hi] };
}
