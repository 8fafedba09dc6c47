// From the name of an arm to how it hands over.
import { createStream } from "#core";
import type { AgentScenario } from "../scenario.ts";
import { type MeasuredArm, measuredRules } from "./arms.ts";
import type { Carrier, CarrierParts, Source } from "./hand-over.ts";
import { inAnotherOrder, latentCarrier, othersMean } from "./latent-carrier.ts";
import type { MeasuredModel } from "./latents.ts";
import { createFaultyLink } from "./message-link.ts";
import type { Reader } from "./reader.ts";
import { answerCarrier, cacheCarrier, silentCarrier, textCarrier } from "./text-carriers.ts";

/**
 * Returns how an arm hands over. `sources` are the documents that it will hand over, for what is made of all of them at once (the
 * oracle, the mean of others). Throws BadInputError where the model has no encoder for it.
 */
export async function createCarrier(parts: {
  readonly reader: Reader;
  readonly scenario: AgentScenario;
  readonly measured: MeasuredModel;
  readonly seed: number;
  readonly facts: number;
  readonly arm: MeasuredArm;
  readonly training: number | null;
  readonly sources: readonly Source[];
}): Promise<Carrier> {
  const { reader, scenario, measured, seed, facts, arm, training, sources } = parts;
  const link = createFaultyLink(scenario.measured.link, createStream(seed, `measured link ${facts}`));
  const shared: CarrierParts = { reader, link, relay: scenario.relay };
  const { carries, encoder: name = "attention", control } = measuredRules[arm];
  switch (carries) {
    case "nothing":
      return silentCarrier(arm === "single" ? "all" : "nothing");
    case "text":
    case "summary":
      return textCarrier(shared, scenario, {
        summarized: carries === "summary",
        order: arm === "prefix-miss" ? "role-first" : "document-first",
        cached: arm === "prefix-cache" || arm === "prefix-miss",
      });
    case "kv":
      return cacheCarrier(shared, scenario);
    case "answer":
      return answerCarrier(shared);
    case "latent": {
      const { bytes } = scenario.measured;
      const encoder = await measured.encoder(name, { bytes, facts, trainingSeed: training });
      await encoder.prepare?.(sources.map(({ read }) => read));
      const replace =
        control === "mean"
          ? await othersMean(encoder, sources)
          : control === "permuted"
            ? inAnotherOrder(seed)
            : null;
      return latentCarrier(shared, encoder, replace);
    }
  }
}
