// Units of a trace of any length in bounded memory: neighbours share a unit once there are too many, and of samples a
// random part is kept, the same for all arms.
import { createStream, type Kind, type Tally, type UnitResult } from "#core";

/** More groups make an interval no better. */
export const mostUnits = 2000;
/** Samples of one metric and arm. */
const MOST_SAMPLES = 20_000;

/** What an arm adds to one unit. */
export interface ArmTallies {
  readonly kind?: Kind;
  readonly tallies: Readonly<Record<string, Tally>>;
}

interface Kept {
  readonly sums: Record<string, { sum: number; weight: number }>;
  /** By metric: values, and the draw of each; one is kept while its draw is below `keepBelow`. */
  readonly samples: Record<string, { values: number[]; draws: number[] }>;
}

interface Group {
  readonly from: string;
  to: string;
  /** [arm] */
  readonly arms: Kept[];
}

/**
 * Returns a collector of units that come in the order of the trace, each a group of the interval. From the 2,001st on
 * pairs of neighbours are one: `run=a..b`. Sums stay exact. Of a metric's samples at most about 20,000 are
 * kept, each with equal chance by a draw of its number in the trace, so that quantiles are estimates from there on.
 */
export function createBoundedUnits(
  names: { readonly scenario: string; readonly arms: readonly string[]; readonly unit: string },
  { most = mostUnits, mostSamples = MOST_SAMPLES } = {},
) {
  const random = createStream(1, "agent-import-samples");
  const kinds: (Kind | undefined)[] = [];
  // [arm] by metric: how many samples came, and how many are kept.
  const counters = names.arms.map((): Record<string, { came: number; kept: number }> => ({}));
  let groups: Group[] = [];
  let unitsPerGroup = 1;
  let inLast = 0;
  let keepBelow = 1;
  let tooMany = false;
  let lastDraws: { readonly from: number; readonly draws: readonly number[] } = { from: -1, draws: [] };

  /** The draws of samples `from` and on; arms ask for the same ones, one after the other. */
  const drawsFrom = (from: number, length: number): readonly number[] => {
    if (from !== lastDraws.from || length > lastDraws.draws.length) {
      const draws = Array.from({ length }, (_, i) =>
        random.uniform((from + i) % 2 ** 32, Math.floor((from + i) / 2 ** 32)),
      );
      lastDraws = { from, draws };
    }
    return lastDraws.draws;
  };
  const add = (kept: Kept, arm: number, tallies: ArmTallies["tallies"]): void => {
    for (const [metric, tally] of Object.entries(tallies)) {
      if ("sum" in tally) {
        kept.sums[metric] ??= { sum: 0, weight: 0 };
        kept.sums[metric].sum += tally.sum;
        kept.sums[metric].weight += tally.weight;
        continue;
      }
      counters[arm][metric] ??= { came: 0, kept: 0 };
      const counter = counters[arm][metric];
      kept.samples[metric] ??= { values: [], draws: [] };
      const { values, draws } = kept.samples[metric];
      const drawn = drawsFrom(counter.came, tally.samples.length);
      tally.samples.forEach((value, i) => {
        if (drawn[i] >= keepBelow) return;
        counter.kept++;
        values.push(value);
        draws.push(drawn[i]);
      });
      counter.came += tally.samples.length;
      if (counter.kept > mostSamples) tooMany = true;
    }
  };
  const thin = (): void => {
    keepBelow /= 2;
    for (const { arms } of groups) {
      arms.forEach(({ samples }, arm) => {
        for (const [metric, kept] of Object.entries(samples)) {
          const stays = kept.draws.map((draw) => draw < keepBelow);
          counters[arm][metric].kept -= stays.filter((stay) => !stay).length;
          kept.values = kept.values.filter((_, i) => stays[i]);
          kept.draws = kept.draws.filter((_, i) => stays[i]);
        }
      });
    }
    tooMany = counters.some((counter) => Object.values(counter).some(({ kept }) => kept > mostSamples));
  };
  const join = (): void => {
    groups = groups.flatMap((group, i) => {
      if (i % 2 === 1) return [];
      const next = groups[i + 1];
      if (next !== undefined) {
        group.to = next.to;
        group.arms.forEach((kept, arm) => {
          absorb(kept, next.arms[arm]);
        });
      }
      return [group];
    });
    unitsPerGroup *= 2;
    inLast = unitsPerGroup;
  };

  return {
    /** Adds a unit; `arms` is [arm]. */
    add(label: string, arms: readonly ArmTallies[]): void {
      if (groups.length === 0 || inLast === unitsPerGroup) {
        if (groups.length === most) join();
        groups.push({ from: label, to: label, arms: arms.map(() => ({ sums: {}, samples: {} })) });
        inLast = 0;
      }
      inLast++;
      const group = groups[groups.length - 1];
      group.to = label;
      arms.forEach(({ kind, tallies }, arm) => {
        kinds[arm] = kind;
        add(group.arms[arm], arm, tallies);
      });
      while (tooMany) thin();
    },
    /** Returns the units: arm by arm, in order. */
    take(): readonly UnitResult<"agent">[] {
      return names.arms.flatMap((arm, a) =>
        groups.map(({ from, to, arms }): UnitResult<"agent"> => {
          const group = from === to ? from : `${from}..${to}`;
          const kind = kinds[a];
          const { sums, samples } = arms[a];
          const sampleTallies = Object.entries(samples).map(([metric, { values }]) => [
            metric,
            { samples: values },
          ]);
          return {
            domain: "agent",
            scenario: names.scenario,
            arm,
            seed: null,
            unit: `${names.unit}=${group}`,
            group,
            ...(kind === undefined ? {} : { kind }),
            tallies: { ...sums, ...Object.fromEntries(sampleTallies) },
          };
        }),
      );
    },
  };
}

function absorb(kept: Kept, other: Kept): void {
  for (const [metric, { sum, weight }] of Object.entries(other.sums)) {
    kept.sums[metric] ??= { sum: 0, weight: 0 };
    kept.sums[metric].sum += sum;
    kept.sums[metric].weight += weight;
  }
  for (const [metric, { values, draws }] of Object.entries(other.samples)) {
    kept.samples[metric] ??= { values: [], draws: [] };
    const own = kept.samples[metric];
    own.values = [...own.values, ...values];
    own.draws = [...own.draws, ...draws];
  }
}
