import { parseRanScenario } from "../scenario.ts";
import { createSyntheticWorld } from "../synthetic-world.ts";

/** Line of sight of one phone of a stored run: the world is made again, for it is a law of scenario and seed. */

export interface LineOfSightChange {
  readonly timeS: number;
  readonly cell: string;
  /** Whether the phone has line of sight to the cell's site from now on: a share above one half. */
  readonly seen: boolean;
}

/**
 * Returns a function from a span of time and cells, by name, to the changes of line of sight of phone `ue` in it, tick by tick; null
 * where a world knows none (recorded levels). `scenario`: as the run's manifest keeps it. Throws a BadInputError for one that this
 * version does not take any more, or whose files are gone.
 */
export function lineOfSight(
  scenario: unknown,
  seed: number,
  ue: number,
): ((fromS: number, toS: number, cells: readonly string[]) => readonly LineOfSightChange[]) | null {
  const parsed = parseRanScenario(scenario, "scenario of the stored run");
  const world = createSyntheticWorld(parsed, seed);
  const { losShareAt, layout, tickMs, ueCount } = world;
  if (losShareAt === undefined) return null;
  const siteCount = layout.sites.length;
  const shares = new Float32Array(ueCount * siteCount);
  return (fromS, toS, cells) => {
    const sites = cells.flatMap((cell) => layout.cells.find(({ name }) => name === cell)?.site ?? []);
    const before = new Map<string, boolean>();
    const changes: LineOfSightChange[] = [];
    const [first, last] = [fromS, toS].map((timeS) => Math.round((Math.max(0, timeS) * 1000) / tickMs));
    for (let tick = first; tick <= last; tick++) {
      const timeS = (tick * tickMs) / 1000;
      losShareAt(timeS, shares);
      for (const [i, cell] of cells.entries()) {
        const seen = shares[ue * siteCount + sites[i]] > 0.5;
        const known = before.get(cell);
        if (known !== undefined && known !== seen) changes.push({ timeS, cell, seen });
        before.set(cell, seen);
      }
    }
    return changes;
  };
}
