/** The main of a process that reads one dropped file, in the folder where that lies alone, and tells its parent in lines. */
import { statSync } from "node:fs";
import { BadInputError, checkKpiRows } from "#core";
import { runOnThreads } from "#core/node";
import { formulasOf } from "../../cli/formulas.ts";
import { headline } from "../../cli/headline.ts";
import { resultRows } from "../../cli/result-rows.ts";
import type { DropLine } from "../../drop-line.ts";
import { refuseGzipBomb } from "./gzip-bomb.ts";
import { recognise } from "./recognise.ts";

const [name] = process.argv.slice(2);
const say = (line: DropLine): Promise<void> =>
  new Promise((resolve) => process.send?.(line, undefined, undefined, () => resolve()));

try {
  await refuseGzipBomb(name, statSync(name).size);
  const { kind, what, doing, experiment, command, notes } = await recognise(name);
  await say({ type: "recognised", kind, what, doing });
  const [formulas] = await formulasOf([experiment], []);
  const results = await runOnThreads(experiment, {
    threads: 1,
    nowS: () => performance.now() / 1000,
    onProgress: ({ done, total, secondsLeft }) => {
      void say({ type: "progress", done, total, secondsLeft });
    },
  });
  const { kpis } = resultRows(
    experiment,
    results.flatMap(({ units }) => units),
    formulas,
  );
  const rows = checkKpiRows(kpis);
  const { shown } = headline(rows, new Set(formulas.map((formula) => formula.name)));
  await say({
    type: "result",
    kind,
    rows,
    headline: [...new Set(shown.map(({ metric }) => metric))],
    notes: notes(results).filter(({ lines }) => lines.length > 0),
    command: `npm run -s baton -- ${command}`,
  });
} catch (error) {
  if (!(error instanceof BadInputError)) throw error;
  await say({ type: "refused", code: error.code, message: error.message });
}
process.disconnect();
