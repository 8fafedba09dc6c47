import { writeFileSync } from "node:fs";
import { BadInputError, type KpiRow, type Setting } from "#core";
import { openRun, queryRuns } from "#core/node";
import { type Curve, drawGapClosed } from "../figure/gap-closed.ts";
import { type Context, runsFolder, userPath } from "./context.ts";
import { agentExperiments, crossDomainTable, gapCurves, parseSizes, ranLanes } from "./cross-domain.ts";
import { execute } from "./execute.ts";
import { type RunFlags, requireFile } from "./flags.ts";
import { rowsInCurrentNames } from "./rows-in-current-names.ts";

/** `compare --bytes`: the table that both domains share, from worlds and documents run for it or from a stored run. */

/** As small as shows the shape within a minute: twelve worlds of few phones, twelve documents. */
const ranSettings = [
  { path: "mobility.users", value: 24 },
  { path: "durationS", value: 15 },
];

export interface ByBytes {
  /** The pooled rows behind the table. */
  readonly rows: readonly KpiRow[];
  readonly text: string;
}

/**
 * Runs the arms that have a size at each of `sizes`, phones in `scenarios.ran` and agents in `scenarios.agent`, stores the run, and returns
 * the table; null for `--dry-run`. Writes the picture to `figure`. Throws BadInputError for sizes that cannot be meant.
 */
export async function runByBytes(
  context: Context,
  flags: RunFlags,
  options: {
    readonly sizes: string;
    readonly figure: string | undefined;
    readonly scenarios: { readonly ran: string; readonly agent: string };
    /** The user's own, by domain. */
    readonly settings: { readonly ran: readonly Setting[]; readonly agent: readonly Setting[] };
  },
): Promise<ByBytes | null> {
  const sizes = parseSizes(options.sizes);
  const figure = figurePath(context, options.figure);
  const { createRanExperiment, loadRanScenario } = await import("#ran-sim");
  const { seeds } = flags;
  const scenario = loadRanScenario(options.scenarios.ran, [...ranSettings, ...options.settings.ran]);
  const phones = createRanExperiment({
    scenario,
    seeds,
    arms: ["cold", "whole"],
    variants: ranLanes(scenario, sizes),
  });
  const agents = await agentExperiments(options.scenarios.agent, sizes, {
    seed: seeds[0],
    nowS: context.nowS,
    folder: context.cwd,
    settings: options.settings.agent,
  });
  try {
    const outcome = await execute(context, { ...flags, kpis: [] }, [phones, ...agents.experiments]);
    return outcome === null ? null : finish(gapCurves(outcome.kpis), figure);
  } finally {
    await agents.close();
  }
}

/** Returns the same table from a stored run. Throws BadInputError where it is missing or has no row with a size. */
export async function storedByBytes(
  context: Context,
  flags: Pick<RunFlags, "out">,
  id: string,
  figure: string | undefined,
): Promise<ByBytes> {
  const root = runsFolder(context, flags.out);
  await openRun(root, id);
  const path = figurePath(context, figure);
  const { rows } = await queryRuns(root, "SELECT * FROM kpis WHERE metric = 'gapClosed'", { run: id });
  const currentRow = await rowsInCurrentNames();
  const curves = gapCurves(
    rows.map(({ ci95_lo, ci95_hi, ...row }) =>
      currentRow({ ...row, ci95: [ci95_lo, ci95_hi] } as unknown as KpiRow),
    ),
  );
  if (curves.length === 0) {
    throw new BadInputError("nothing-to-compare", {
      subject: `run ${id}`,
      expected: "rows of gapClosed by bytes",
      got: "none",
      remedy: "make them: baton compare walk --bytes 8,32,128",
    });
  }
  return finish(curves, path);
}

function finish(curves: readonly Curve[], figure: string | null): ByBytes {
  if (figure !== null) writeFileSync(figure, drawGapClosed(curves));
  return {
    rows: curves.flatMap(({ points }) => points.map(({ row }) => row)),
    text: crossDomainTable(curves) + (figure === null ? "" : `\n\nThe picture is in ${figure}.`),
  };
}

/** Returns where the picture goes; refuses a place where none can be written before anything runs. */
function figurePath(context: Context, figure: string | undefined): string | null {
  if (figure === undefined) return null;
  const path = userPath(context, figure);
  requireFile(path);
  return path;
}
