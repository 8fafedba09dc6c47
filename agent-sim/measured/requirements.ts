// What arms ask of a language model, and what a scenario asks of a measured run, checked before it begins.
import { BadInputError } from "#core";
import { armRules, type MeasuredArm } from "../hand-off/arms.ts";
import { type LanguageModel, missingInput } from "../language-model/language-model.ts";
import type { AgentScenario } from "../scenario.ts";

/** Throws BadInputError (`missing-input`) for the first arm whose receivers read vectors that the model cannot take. */
export function requireRunnable(
  { model }: { readonly model: Pick<LanguageModel, "modelId" | "takesEmbeddings"> },
  arms: readonly MeasuredArm[],
): void {
  const latent = arms.find((arm) => armRules[arm].carries === "latent");
  if (latent === undefined || model.takesEmbeddings) return;
  throw missingInput(
    model.modelId,
    "inputs_embeds",
    `leave out the arm ${latent} and those like it, or export the model with inputs_embeds`,
  );
}

/**
 * Throws BadInputError for what a scenario says and a measured run would leave out without a word: `arrivals`, `workload`, a
 * summary that is generated, and, where the model answers questions about facts, a `document` that is given.
 */
export function requireRead(
  { name, arrivals, workload, summary, document }: AgentScenario,
  reads: { readonly text: boolean },
): void {
  const refuse = (place: string, expected: string, got: string, remedy: string): never => {
    throw new BadInputError("bad-parameter", { subject: `${name}, ${place}`, expected, got, remedy });
  };
  const byFormula = "leave it out, or run it by formula, without --measured";
  if (arrivals !== undefined)
    refuse("arrivals", "none with --measured: tasks follow one another", "arrivals", byFormula);
  if (workload?.file !== undefined)
    refuse("workload", "none with --measured: documents have lengths of their own", "a file", byFormula);
  if (summary.method === "generated")
    refuse("summary.method", "extractive with --measured", "generated", byFormula);
  if (document.text !== undefined && !reads.text) {
    const expected = "none with --measured: documents of facts are drawn, so that there are right answers";
    refuse("document", expected, "a text", "leave it out, or name a decoder that goes on with it: --model");
  }
}
