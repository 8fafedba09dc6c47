import fc from "fast-check";
import { expect } from "vitest";
import { createImportExperiment, setAsideSentences } from "../../agent-sim/index.ts";
import { checkKpiRows, type KpiRow, poolUnits, type Setting, type UnitResult } from "../../core/index.ts";

/** What an import of a file says. */
export interface Imported {
  readonly rows: readonly KpiRow<"agent">[];
  readonly units: readonly UnitResult<"agent">[];
  readonly cannotTell: readonly string[];
  /** What was left out or read otherwise, in sentences. */
  readonly setAside: readonly string[];
  readonly format: string;
}

/** Imports a trace file as the command does, without a run store. */
export async function importFile(
  path: string,
  arms?: readonly string[],
  settings: readonly Setting[] = [],
): Promise<Imported> {
  const { experiment, cannotTell, format } = createImportExperiment(path, {
    settings,
    ...(arms === undefined ? {} : { arms }),
  });
  const results = await Promise.all(experiment.shards.map((shard) => experiment.runShard(shard)));
  const units = results.flatMap((result) => result.units);
  const rows = checkKpiRows([...experiment.inputs, ...poolUnits(experiment, units)]);
  const events = results.flatMap((result) => result.tables.events ?? []);
  return { rows, units, cannotTell: cannotTell(units, events), setAside: setAsideSentences(events), format };
}

/** Returns the row of an arm and metric; throws when there is none. */
export function findRow(rows: readonly KpiRow[], arm: string, metric: string): KpiRow {
  const row = rows.find((candidate) => candidate.arm === arm && candidate.metric === metric);
  if (row === undefined) throw new Error(`no row ${arm} ${metric}`);
  return row;
}

/**
 * Holds a law for any damage: the file is read, or refused as bad input, and nothing else happens. `importText` writes the text
 * and imports it.
 */
export async function readsOrRefusesDamaged(
  samples: readonly string[],
  { longest, unit, numRuns }: { readonly longest: number; readonly unit: string; readonly numRuns: number },
  importText: (text: string) => Promise<unknown>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.nat(longest),
      fc.nat(30),
      fc.string({ maxLength: 12, unit: fc.constantFrom(...unit) }),
      async (sample, at, removed, inserted) =>
        readsOrRefuses(importText(sample.slice(0, at) + inserted + sample.slice(at + removed))),
    ),
    { numRuns },
  );
}

/** Passes when the import succeeds or fails with a BadInputError. */
export async function readsOrRefuses(imported: Promise<unknown>): Promise<void> {
  const error = await imported.then(
    () => null,
    (reason: Error) => reason,
  );
  if (error !== null) expect(error.name).toBe("BadInputError");
}
