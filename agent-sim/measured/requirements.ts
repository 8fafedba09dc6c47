// What arms ask of a language model, checked before a run begins.
import { type LanguageModel, missingInput } from "../language-model/language-model.ts";
import { type MeasuredArm, measuredRules } from "./arms.ts";

/** Throws BadInputError (`missing-input`) for the first arm whose receivers read vectors that the model cannot take. */
export function requireRunnable(
  { model }: { readonly model: Pick<LanguageModel, "modelId" | "takesEmbeddings"> },
  arms: readonly MeasuredArm[],
): void {
  const latent = arms.find((arm) => measuredRules[arm].carries === "latent");
  if (latent === undefined || model.takesEmbeddings) return;
  throw missingInput(
    model.modelId,
    "inputs_embeds",
    `leave out the arm ${latent} and those like it, or export the model with inputs_embeds`,
  );
}
