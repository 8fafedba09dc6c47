import {
  BadInputError,
  type Experiment,
  type KpiRow,
  requireCrossDomain,
  requireDomain,
  type Setting,
} from "#core";
import type { Curve } from "../figure/gap-closed.ts";
import { measuredSettings } from "./compare-answers.ts";
import { number, table } from "./print.ts";

/** The one table that both domains may share: how much of its own gap an arm closes with so many bytes. */

/** Arms of phones whose payload has a size. */
const sizedRanArms = ["latent", "pca"] as const;
/** A stranger's latent: worth nothing at any size, so that one is enough. */
const ranControl = "another";
/** The same of agents, between the ends of their gap. */
const sizedAgentArms = ["cold", "kv", "latent", "slots", "another"] as const;
/** The short form of agents: documents of so many facts, each a group of the intervals. */
const FACTS = 8;
const DOCUMENTS = 12;

/** What a lane of so many bytes is called. */
const laneName = (arm: string, bytes: number): string => `${arm} bytes=${bytes}`;
const lanePattern = /^(.+) bytes=(\d+)$/;
const sweepPattern = /\/measured\.bytes=(\d+)$/;

/** Returns lanes of the RAN experiment, judged on the common handovers alone, for each arm and size, and the control. */
export function ranLanes<S extends { readonly payload: { readonly bytes: number } }>(
  scenario: S,
  sizes: readonly number[],
) {
  const lane = (arm: string, bytes: number) => ({
    name: laneName(arm, bytes),
    arm,
    scenario: { ...scenario, payload: { ...scenario.payload, bytes } },
    loops: "open" as const,
  });
  const own = sizedRanArms.flatMap((arm) => sizes.map((bytes) => lane(arm, bytes)));
  return [...own, lane(ranControl, Math.max(...sizes))];
}

/** Returns the experiments of agents, one a size, through the committed language model; `close` ends it. */
export async function agentExperiments(
  scenarioName: string,
  sizes: readonly number[],
  parts: {
    readonly seed: number;
    readonly nowS: () => number;
    readonly folder: string;
    /** The user's own; the size of a point comes after them. */
    readonly settings: readonly Setting[];
  },
): Promise<{ readonly experiments: readonly Experiment[]; readonly close: () => Promise<void> }> {
  const { createMeasuredExperiment, loadAgentScenario, openMeasuredModel } = await import("#agent-sim");
  const measured = await openMeasuredModel(null);
  const settings = [
    { path: "measured.facts", value: [FACTS] },
    { path: "measured.documents", value: DOCUMENTS },
    ...measuredSettings(parts.settings),
  ];
  const experiments = sizes.map((bytes) => {
    const sized = [...settings, { path: "measured.bytes", value: bytes }];
    const scenario = loadAgentScenario(scenarioName, sized, { folder: parts.folder });
    return createMeasuredExperiment({
      scenario: { ...scenario, name: `${scenario.name}/measured.bytes=${bytes}` },
      arms: sizedAgentArms,
      seeds: [parts.seed],
      measured,
      nowS: parts.nowS,
    });
  });
  return { experiments, close: () => measured.model.close() };
}

/**
 * Returns the curves of `kpis`, of a run just made or a stored one: its pooled rows of `gapClosed` that have a size. Throws ProvenanceError
 * for a row of another domain than its curve's.
 */
export function gapCurves(kpis: readonly KpiRow[]): readonly Curve[] {
  const points = kpis.flatMap((row) => {
    if (row.metric !== "gapClosed") return [];
    const [, lane, ofLane] = lanePattern.exec(row.arm) ?? [];
    const [, ofSweep] = sweepPattern.exec(row.scenario) ?? [];
    const bytes = Number(ofLane ?? ofSweep);
    return Number.isNaN(bytes) ? [] : [{ name: lane ?? row.arm, domain: row.domain, bytes, row }];
  });
  requireCrossDomain(points.map(({ row }) => row));
  const names = [...new Set(points.map(({ domain, name }) => `${domain} ${name}`))];
  return names.map((key) => {
    const own = points.filter(({ domain, name }) => `${domain} ${name}` === key);
    const [{ name, domain }] = own;
    requireDomain(
      domain,
      own.map(({ row }) => row),
      ({ arm, scenario }) => `${arm} in ${scenario}`,
    );
    return { name, domain, points: own.sort((a, b) => a.bytes - b.bytes) };
  });
}

/** Returns the table for people, with what the gap of each domain is. */
export function crossDomainTable(curves: readonly Curve[]): string {
  const rows = curves.flatMap(({ name, domain, points }) =>
    points.map(({ bytes, row }) => [
      domain,
      name,
      String(bytes),
      number(row.value),
      row.ci95[0] === null ? "-" : `[${number(row.ci95[0])}, ${number(row.ci95[1])}]`,
      row.kind,
      String(row.n),
    ]),
  );
  return [
    "Gap closed by bytes of values: 0 is a receiver that starts from nothing, 1 one that gets everything. The two gaps are of different things",
    "(phones: right cell 50 to 250 ms after a handover; agents: exact answers), so compare shapes, not heights. `-` or no value: no gap was seen.",
    "",
    table(["domain", "arm", "bytes", "gap closed", "95 % interval", "kind", "n"], rows),
  ].join("\n");
}

/** Returns the sizes of `--bytes`. */
export function parseSizes(text: string): readonly number[] {
  const sizes = text
    .split(",")
    .map((part) => (/^\s*[1-9]\d{0,4}\s*$/.test(part) ? Number(part) : Number.NaN));
  if (sizes.some(Number.isNaN) || new Set(sizes).size !== sizes.length) {
    throw new BadInputError("bad-flag", {
      subject: "flag --bytes",
      expected: "sizes in bytes, separated by commas, each once: 8,32,128",
      got: `"${text}"`,
    });
  }
  return sizes.sort((a, b) => a - b);
}
