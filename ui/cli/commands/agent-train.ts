import type { Command } from "commander";
import type { LanguageKind, ProbeResult } from "#agent-sim";
import { BadInputError, type KpiRow } from "#core";
import { type Context, userPath } from "../context.ts";
import { FailedError } from "../failure.ts";
import { parseNames, wholeNumber } from "../flags.ts";
import { requireNotStopped, trainingOutput } from "../training-command.ts";

/** What can be trained, in the order in which it must be. */
const KINDS: readonly LanguageKind[] = ["decoder", "published", "pooled", "attention", "slots"];
/** The smoke run must answer more exactly than this with the right memory, and less with another document's. */
const SMOKE = { exactMatch: 0.9, wrongDocument: 0.1 };

/** `baton agent train`: the language model, and the compressors and projectors trained through it. */
export function addAgentTrainCommand(agent: Command, context: Context): void {
  agent
    .command("train")
    .description(
      "train the language model and the memories of the latent arms; write weights, manifests and logs",
    )
    .option("--kinds <list>", `what to train: ${KINDS.join(", ")} (default all)`)
    .option("--seed <k>", "training seed, 1 to 3", "1")
    .option("--steps <n>", "optimiser steps of each stage, to try something out")
    .option("--out <folder>", "where to write (default agent-sim/language-model/weights)")
    .option("--smoke", "a small model and memory in two minutes, which must answer; writes only with --out")
    .addHelpText("after", "\nExample:\n  npm run -s baton -- agent train --smoke\n")
    .action(async (options: Record<string, unknown>) => {
      const sim = await import("#agent-sim");
      const { openOnnxSession, sha256 } = await import("#core/node");
      const smoke = options.smoke === true;
      if (smoke && options.kinds !== undefined) {
        throw new BadInputError("bad-flag", {
          subject: "flag --kinds",
          expected: `no --kinds beside --smoke, which trains ${sim.smokeLanguagePlan.kinds.join(" and ")}`,
          got: `"${options.kinds}"`,
        });
      }
      const kinds = smoke
        ? sim.smokeLanguagePlan.kinds
        : parseKinds(String(options.kinds ?? KINDS.join(",")));
      const plan = sim.withSteps(
        {
          ...(smoke ? sim.smokeLanguagePlan : sim.standardLanguagePlan),
          kinds,
          seed: wholeNumber("--seed", options.seed, 1, 3),
        },
        options.steps === undefined ? null : wholeNumber("--steps", options.steps, 1, 1_000_000),
      );
      const out =
        options.out !== undefined
          ? userPath(context, String(options.out))
          : smoke
            ? null
            : sim.languageWeightsFolder;
      if (out === sim.languageWeightsFolder && kinds.includes("decoder")) requireFirstSeed(plan.seed);
      const output = trainingOutput(context, out);
      const models = await sim.trainLanguage(plan, {
        open: openOnnxSession,
        loadDecoder: () => sim.loadDecoder(out ?? undefined),
        listener: {
          onProbe: (results) => context.note(probeTable(results)),
          onRecord: output.onRecord,
          async onModel(model) {
            context.note(`${model.name}: ${summary(model.metrics)}\n`);
            await output.save({ ...model, seed: plan.seed, dataSha256: sha256(model.data) });
          },
          ...output.checkpoints,
        },
      });
      requireNotStopped(context, out);
      if (smoke) requireAnswers(models[models.length - 1].metrics);
      context.out(models.map(({ name, metrics }) => `${name}: ${summary(metrics)}`).join("\n"));
    });
}

/** Returns the kinds of a list, in the order in which they must be trained: the decoder before what is trained through it. */
function parseKinds(list: string): readonly LanguageKind[] {
  const named = parseNames("--kinds", list).map(parseKind);
  return KINDS.filter((kind) => named.includes(kind));
}

/** The committed memories were trained through the one decoder there is: another training of it would part them. */
function requireFirstSeed(seed: number): void {
  if (seed === 1) return;
  throw new BadInputError("bad-flag", {
    subject: "flag --seed",
    expected: "1 for the committed decoder, through which every memory was trained",
    got: String(seed),
    remedy: "name the memories with --kinds, or a folder of its own with --out",
  });
}

function parseKind(kind: string): LanguageKind {
  const found = KINDS.find((known) => known === kind);
  if (found !== undefined) return found;
  throw new BadInputError("bad-flag", {
    subject: "flag --kinds",
    expected: `some of ${KINDS.join(", ")}`,
    got: `"${kind}"`,
  });
}

/** Exact match of the retriever, by facts: at 128 bytes where there is a payload, the wrong document's in brackets. */
function summary(metrics: readonly KpiRow[]): string {
  const at = (metric: string): readonly KpiRow[] =>
    metrics.filter(
      (row) =>
        row.metric === metric && /^validation\/facts=\d+(\/bytes=128)?\/role=retriever$/.test(row.scenario),
    );
  const wrong = at("wrongDocumentExactMatch");
  const parts = at("exactMatch").map(({ scenario, value }, i) => {
    const facts = /facts=(\d+)/.exec(scenario)?.[1];
    const control = wrong[i] === undefined ? "" : ` (${wrong[i].value?.toFixed(3)})`;
    return `${facts}: ${value?.toFixed(3)}${control}`;
  });
  return `exact match by facts ${parts.join(", ")}`;
}

function probeTable(results: readonly ProbeResult[]): string {
  const lines = results.map(
    ({ layer, place, accuracy }) =>
      `after layer ${layer + 1} at the ${place.padEnd(9)}  value ${accuracy.value.toFixed(2)}  ` +
      `entity ${accuracy.entity.toFixed(2)}  attribute ${accuracy.attribute.toFixed(2)}`,
  );
  return `what a linear probe reads of a fact:\n${lines.join("\n")}\n`;
}

/** The smoke run's verdict. */
function requireAnswers(metrics: readonly KpiRow[]): void {
  const of = (metric: string): number =>
    metrics.find((row) => row.metric === metric && row.scenario.endsWith("role=retriever"))?.value ??
    Number.NaN;
  const [exact, wrong] = [of("exactMatch"), of("wrongDocumentExactMatch")];
  if (exact > SMOKE.exactMatch && wrong < SMOKE.wrongDocument) return;
  throw new FailedError(
    `the smoke training failed: at 2 facts the exact match is ${exact}, expected above ${SMOKE.exactMatch}; ` +
      `with the memory of another document ${wrong}, expected below ${SMOKE.wrongDocument}`,
  );
}
