import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { Command } from "commander";
import { BadInputError } from "#core";
import { type Context, userPath } from "../context.ts";
import { InterruptedError } from "../failure.ts";
import { requireFile, wholeNumber } from "../flags.ts";
import { number, table } from "../print.ts";

const DEFAULT_REPEATS = 9;
const REPEATS = { fewest: 5, most: 10_000 };

interface Options {
  readonly model?: string;
  readonly out: string;
  readonly repeats: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `baton agent calibrate`: how fast a model is on this machine, as a file that a scenario reads. */
export function addAgentCalibrateCommand(agent: Command, context: Context): void {
  agent
    .command("calibrate")
    .description(
      "measure prefill, decoding and the cache of a model on this machine; a scenario reads the file",
    )
    .option(
      "--model <folder>",
      "an ONNX decoder in the layout of optimum or transformers.js with its tokenizer.json, or a llama2.c checkpoint " +
        "(default: the model of this house)",
    )
    .option("--out <file>", "where the calibration is written", "calibration.json")
    .option("--repeats <n>", "operations of each kind, at least 5", String(DEFAULT_REPEATS))
    .option("--json", "print the calibration as one JSON document")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- agent calibrate --model models/my-decoder --out mine.json\n" +
        "  npm run -s baton -- agent run fleet --set calibration.file=mine.json\n",
    )
    .action(async (options: Options) => {
      const repeats = wholeNumber("--repeats", options.repeats, REPEATS.fewest, REPEATS.most);
      const to = userPath(context, options.out);
      requireFile(to);
      const { calibrationFile, measureSpeeds } = await import("#agent-sim");
      const { name, model, ids } = await openModel(context, options.model);
      try {
        const speeds = await measureSpeeds({
          model,
          ids,
          repeats,
          nowS: context.nowS,
          onStep: (what) => {
            if (options.quiet !== true) context.note(`${what}\n`);
          },
          pause: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            if (context.signal.aborted)
              throw new InterruptedError("interrupted: nothing is kept; run it again");
          },
        });
        const about = {
          measuredAt: context.now().slice(0, 10),
          machine: machine(),
          runtime: await runtime(),
          name,
        };
        const file = calibrationFile(speeds, about, model);
        writeCalibration(to, file);
        if (options.json === true) context.out(JSON.stringify(file));
        else
          context.out(`${speedTable(file)}\n\nWritten to ${options.out} (${file.machine}; ${file.runtime}).`);
      } finally {
        await model.close();
      }
    });
}

/** Returns the model with something to read, as ids: how long it takes does not depend on what it says. */
async function openModel(context: Context, path: string | undefined) {
  const { loadExternalModel, openDocumentModel } = await import("#agent-sim");
  if (path === undefined) {
    const model = await openDocumentModel();
    return { name: model.modelId, model, ids: Array.from({ length: model.shape.vocabulary }, (_, id) => id) };
  }
  const { name, model, tokenizer } = await loadExternalModel(userPath(context, path));
  return { name, model, ids: tokenizer.encode(text) };
}

type File = ReturnType<Awaited<typeof import("#agent-sim")>["calibrationFile"]>;

function speedTable({
  prefill,
  cachedPrefill = [],
  decode,
  cacheExport = [],
  cacheImport = [],
}: File): string {
  const row = (
    what: string,
    value: number,
    unit: string,
    of: { n: number; ci95?: [number, number] | undefined },
  ) => [
    what,
    number(value),
    unit,
    of.ci95 === undefined ? "no interval" : `[${number(of.ci95[0])}, ${number(of.ci95[1])}]`,
    `n=${of.n}`,
    "measured",
  ];
  const caches = (what: string, entries: NonNullable<File["cacheExport"]>) =>
    entries.map((entry) =>
      row(`cache ${what} of ${entry.tokens} tokens, ${entry.bytes} B`, entry.ms, "ms", entry),
    );
  return table(
    ["what", "median", "unit", "95 %", "n", "kind"],
    [
      ...prefill.map((point) => row(`prefill of ${point.tokens}`, point.tokensPerS, "tokens/s", point)),
      ...cachedPrefill.map((point) =>
        row(
          `prefill of ${point.tokens} behind ${point.cachedTokens} cached`,
          point.tokensPerS,
          "tokens/s",
          point,
        ),
      ),
      ...decode.map((point) => row("decoding, one sequence", point.tokensPerS, "tokens/s", point)),
      ...caches("export", cacheExport),
      ...caches("import", cacheImport),
    ],
  );
}

function writeCalibration(path: string, file: File): void {
  try {
    writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
  } catch (error) {
    throw new BadInputError("bad-flag", {
      subject: "flag --out",
      expected: "a file that can be written",
      got: `${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    });
  }
}

function machine(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? "unknown CPU"}, ${all.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

async function runtime(): Promise<string> {
  const { runtimeVersion } = await import("#core/node");
  return `onnxruntime-node ${runtimeVersion}, CPU, one thread`;
}

const text =
  "Once upon a time, there was a little ship that carried letters from island to island. Every morning the captain " +
  "looked at the sky, and every evening she wrote down what she had seen. One day a storm came. The letters got " +
  "wet, and nobody could read them any more. So the captain told the people what they had said.";
