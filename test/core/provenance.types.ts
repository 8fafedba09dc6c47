// What must not compile, checked twice: by `tsc` with the project, and by provenance.test.ts, which also takes the
// expectations out and sees the errors. Each expectation stands directly above the line that must fail.
import {
  type Comparison,
  type Domain,
  type Experiment,
  type HandOffReport,
  type KpiRow,
  poolUnits,
  requireDomain,
  type UnitResult,
} from "#core";

declare const ranRows: readonly KpiRow<"ran">[];
declare const agentRows: readonly KpiRow<"agent">[];
declare const anyRows: readonly KpiRow[];
declare const ranComparison: Comparison<"ran">;
declare const ranReport: HandOffReport<"ran">;
declare const ranExperiment: Experiment<"ran">;
declare const units: readonly UnitResult<"ran">[];
declare const agentUnits: readonly UnitResult<"agent">[];

function showAgentRows(rows: readonly KpiRow<"agent">[]): number {
  return rows.length;
}

function showAgentComparison(comparison: Comparison<"agent">): string {
  return comparison.metric;
}

function showAnyDomain(rows: readonly KpiRow[]): number {
  return rows.length;
}

export function whatCompiles(): void {
  showAgentRows(agentRows);
  showAnyDomain(ranRows);
  showAgentRows(requireDomain("agent", anyRows));
  const narrowed: readonly KpiRow<"ran">[] = requireDomain("ran", anyRows);
  const pooled: readonly KpiRow<"ran">[] = poolUnits(ranExperiment, units);
  showAnyDomain([...narrowed, ...pooled]);
}

export function whatDoesNot(): void {
  // @ts-expect-error RAN rows are no agent rows
  showAgentRows(ranRows);

  // @ts-expect-error one RAN row among agent rows is enough
  showAgentRows([...agentRows, ranRows[0]]);

  // @ts-expect-error rows of which nothing is known must be narrowed first
  showAgentRows(anyRows);

  // @ts-expect-error narrowing to one domain does not give the other
  showAgentRows(requireDomain("ran", anyRows));

  // @ts-expect-error what a RAN experiment pools are RAN rows
  showAgentRows(poolUnits(ranExperiment, units));

  // @ts-expect-error agent units cannot be pooled as a RAN experiment's
  poolUnits(ranExperiment, agentUnits);

  // @ts-expect-error a RAN comparison is no agent comparison
  showAgentComparison(ranComparison);

  // @ts-expect-error nor is a report of a RAN hand-off one of an agent hand-off
  const report: HandOffReport<"agent"> = ranReport;

  // @ts-expect-error nor an experiment
  const experiment: Experiment<"agent"> = ranExperiment;

  // @ts-expect-error there is no third domain
  const domain: Domain = "phone";

  // @ts-expect-error a number has one of four kinds
  const row: KpiRow<"ran"> = { ...ranRows[0], kind: "guessed" };

  showAnyDomain([row]);
  [report, experiment, domain].toString();
}
