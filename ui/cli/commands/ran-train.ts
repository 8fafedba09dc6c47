import { basename } from "node:path";
import type { Command } from "commander";
import { BadInputError, type KpiRow } from "#core";
import type { TrainedFor, TrainedModel, TrainingParts } from "#ran-sim";
import { type Context, userPath } from "../context.ts";
import { FailedError } from "../failure.ts";
import { parseNames, wholeNumber } from "../flags.ts";
import { duration } from "../progress.ts";
import { requireNotStopped, trainingOutput } from "../training-command.ts";

/** Kinds of models, as `--kinds` names them: what crosses the boundary in training. */
const KINDS = [
  "base",
  "nothing",
  "state",
  "reports",
  "history",
  "trajectory",
  "window",
  "latent-8",
  "latent-16",
  "latent-32",
  "latent-64",
  "latent-128",
  "latent-256",
] as const;
/** Those of a second vendor, and the projectors between the two; only where they are named. */
const VENDOR_KINDS = [
  "b-base",
  "b-nothing",
  "b-state",
  "b-reports",
  "b-latent-128",
  "a-to-b-128",
  "b-to-a-128",
] as const;
/** What the smoke training compares. */
const SMOKE_KINDS = ["base", "nothing", "latent-128"] as const;

/** `baton ran train`: the models behind the arms with a learned memory. */
export function addTrainCommand(ran: Command, context: Context): void {
  ran
    .command("train")
    .description("train the models of the learned arms and write their weights, manifests and logs")
    .option(
      "--kinds <list>",
      `what crosses the boundary: ${KINDS.join(", ")} (default all), ${VENDOR_KINDS.join(", ")}`,
    )
    .option("--seed <list>", "training seeds, of 1 to 3; all on the same recordings", "1")
    .option("--steps <n>", "optimiser steps of each model after the base")
    .option(
      "--traces <folder>",
      "train on these multi-cell traces, with whole groups held out, from the base's weights",
    )
    .option(
      "--perturbed",
      "train on the synthetic worlds with perturbations drawn into them, from the base's weights",
    )
    .option("--out <folder>", "where to write (default ran-sim/policy/weights)")
    .option("--smoke", "a small training of two kinds in a minute or two; writes only with --out")
    .addHelpText("after", "\nExample:\n  npm run -s baton -- ran train --smoke\n")
    .action(async (options: Record<string, unknown>) => {
      const sim = await import("#ran-sim");
      const { openOnnxSession, sha256 } = await import("#core/node");
      const smoke = options.smoke === true;
      const base = smoke ? sim.smokePlan : sim.standardPlan;
      const kinds = smoke ? SMOKE_KINDS : parseNames("--kinds", String(options.kinds ?? KINDS.join(",")));
      if (smoke && options.kinds !== undefined) {
        throw new BadInputError("bad-flag", {
          subject: "flag --kinds",
          expected: `no --kinds beside --smoke, which trains ${SMOKE_KINDS.join(" and ")}`,
          got: `"${options.kinds}"`,
        });
      }
      const traces = options.traces === undefined ? undefined : userPath(context, String(options.traces));
      const perturbed = options.perturbed === true;
      const onTraces = traces === undefined ? [] : (["--traces"] as const);
      refuseBeside([...onTraces, ...(perturbed ? (["--perturbed"] as const) : [])], kinds, smoke);
      const seeds = parseNames("--seed", String(options.seed)).map((seed) =>
        wholeNumber("--seed", seed, 1, 3),
      );
      const plan = {
        ...base,
        kinds: kinds.map(parseKind),
        on: traces !== undefined ? basename(traces) : perturbed ? sim.PERTURBED : sim.SYNTHETIC,
        tuning:
          options.steps === undefined
            ? base.tuning
            : { ...base.tuning, steps: wholeNumber("--steps", options.steps, 1, 1_000_000) },
      };
      const out =
        options.out !== undefined ? userPath(context, String(options.out)) : smoke ? null : sim.weightsFolder;
      const startS = context.nowS();
      const recordings =
        traces === undefined
          ? sim.recordPlan(plan, (done, of) => {
              if (context.terminal) context.note(`\r\x1b[2Kworld ${done} of ${of}`);
            })
          : sim.recordTraces(sim.readMultiCellTraces(traces));
      const dataSha256 = sha256(
        ...recordings.training.flatMap(({ rsrpDbm, sinrDb, futureSinrDb }) =>
          [rsrpDbm, sinrDb, futureSinrDb].map(
            (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
          ),
        ),
      );
      context.note(
        `\n${recordings.training.length} recordings made in ${duration(context.nowS() - startS)}\n`,
      );
      const output = trainingOutput(context, out);
      const trainSeed = (seed: number): Promise<readonly TrainedModel[]> => {
        const onSynthetic = { seed, on: sim.SYNTHETIC };
        const parts: TrainingParts = {
          open: openOnnxSession,
          read: (trained) =>
            sim.readWeights(sim.contextModel(trained, onSynthetic), out ?? sim.weightsFolder),
        };
        return sim.trainModels({ ...plan, seed }, recordings, parts, {
          onRecord: output.onRecord,
          async onModel(model) {
            context.note(`${model.name}: ${summary(model.metrics)}\n`);
            await output.save({ ...model, normalisation: {}, seed, dataSha256 });
          },
          ...output.checkpoints,
        });
      };
      const models: TrainedModel[] = [];
      for (const seed of seeds) {
        models.push(...(await trainSeed(seed)));
        requireNotStopped(context, out);
      }
      if (smoke) requireBetterThanCold(models.map(({ name, metrics }) => ({ name, metrics })));
      context.out(models.map(({ name, metrics }) => `${name}: ${summary(metrics)}`).join("\n"));
    });
}

function parseKind(kind: string): TrainedFor {
  const latent = /^latent-(8|16|32|64|128|256)$/.exec(kind);
  if (latent !== null) return { carried: "latent", bytes: Number(latent[1]) };
  switch (kind) {
    case "base":
    case "nothing":
    case "state":
    case "reports":
    case "history":
    case "trajectory":
    case "window":
      return { carried: kind };
    case "b-base":
      return { carried: "base", vendor: "b" };
    case "b-nothing":
      return { carried: "nothing", vendor: "b" };
    case "b-state":
      return { carried: "state", vendor: "b" };
    case "b-reports":
      return { carried: "reports", vendor: "b" };
    case "b-latent-128":
      return { carried: "latent", bytes: 128, vendor: "b" };
    case "a-to-b-128":
      return { carried: "across", bytes: 128, from: "a" };
    case "b-to-a-128":
      return { carried: "across", bytes: 128, from: "b" };
    default:
      break;
  }
  throw new BadInputError("bad-flag", {
    subject: "flag --kinds",
    expected: `some of ${[...KINDS, ...VENDOR_KINDS].join(", ")}`,
    got: `"${kind}"`,
  });
}

/** What is trained on traces or on perturbed worlds goes on from a base that has seen many clean worlds. */
function refuseBeside(
  trainedOn: readonly ("--traces" | "--perturbed")[],
  kinds: readonly string[],
  smoke: boolean,
): void {
  const synthetic = kinds.filter((kind) => kind === "base" || VENDOR_KINDS.some((name) => name === kind));
  const [flag, other] = [
    ...trainedOn,
    ...(smoke ? ["--smoke"] : []),
    ...synthetic.map((kind) => `--kinds ${kind}`),
  ];
  if (trainedOn.length === 0 || other === undefined) return;
  throw new BadInputError("bad-flag", {
    subject: `flag ${flag}`,
    expected:
      "no --smoke, no kind base and none of a second vendor beside it, which are trained on clean synthetic worlds, and no other such flag",
    got: other,
    remedy: `choose --kinds ${KINDS.slice(1).join(",")}`,
  });
}

/** How often the right cell was named at the request, and as reports came in after the hand-off. */
function summary(metrics: readonly KpiRow[]): string {
  const [request, ...after] = metrics.map(({ value }) => ((value ?? Number.NaN) * 100).toFixed(1));
  return `right cell named ${request} % at the request; after the hand-off ${after.join(" ")} %`;
}

/** The smoke run's verdict: what carries a latent must name the right cell more often than what starts cold. */
function requireBetterThanCold(
  models: readonly { readonly name: string; readonly metrics: readonly KpiRow[] }[],
): void {
  const [cold, warm] = models.slice(1).map(({ metrics }) => {
    const after = metrics.slice(1).map(({ value }) => value ?? Number.NaN);
    return after.reduce((sum, value) => sum + value, 0) / after.length;
  });
  if (warm > cold) return;
  throw new FailedError(
    `the smoke training failed: with a latent the right cell was named in ${(warm * 100).toFixed(1)} % of cases, ` +
      `cold in ${(cold * 100).toFixed(1)} %`,
  );
}
