// How many bytes a message of a given content takes, from messages that were really encoded once.
import { bytesPerValue, payloadHeaderBytes } from "#core";
import { kvCacheBytes } from "../cost/model.ts";
import type { armRules, FleetArm } from "../hand-off/arms.ts";
import { kvChunkTokens } from "../hand-off/kv-stream.ts";
import { encodeEnvelope, encodeMessage, framePrefixBytes } from "../hand-off/message.ts";
import type { TaskSource } from "../pipeline/task.ts";
import type { AgentScenario } from "../scenario.ts";
import { generateDocument } from "../workload/document.ts";
import type { FleetSettings } from "./fleet-schema.ts";

/** Tokens of the sample document; its bytes a token differ from a longer one's by less than a percent. */
const SAMPLE_TOKENS = 2048;

/** Bytes of messages: those of a text are in proportion to its tokens. */
export interface WireModel {
  readonly textBytesPerToken: number;
  readonly textHeaderBytes: number;
  /** Of a message whose body is frames of payloads. */
  readonly envelopeBytes: number;
}

/** Returns the bytes of messages in a scenario's encoding, from a sample document of it. */
export function createWireModel({ scenario, tokenizer, givenDocument }: TaskSource): WireModel {
  const { text, tokens } =
    givenDocument ?? generateDocument(tokenizer, { seed: 1, task: 0, tokens: SAMPLE_TOKENS });
  const [from, to] = [scenario.stages[0].name, scenario.stages[1].name];
  const route = { task: 100, from, to, sequence: 1 };
  const sample = encodeMessage(
    route,
    scenario.text.encoding === "ids" ? { kind: "tokens", tokens } : { kind: "text", text },
  );
  const { model, kv } = scenario;
  const envelope = encodeEnvelope({
    kind: "kv",
    ...route,
    bodyBytes: kvCacheBytes(model, tokens.length, kv.precision),
    modelId: model.name,
    precision: kv.precision,
    layers: model.layers,
    valuesPerToken: 2 * model.kvHeads * model.headSize,
    tokens: tokens.length,
    chunkTokens: kvChunkTokens,
  });
  return {
    textBytesPerToken: (sample.bytes.length - sample.headerBytes) / tokens.length,
    textHeaderBytes: sample.headerBytes,
    envelopeBytes: envelope.length,
  };
}

/**
 * Returns the bytes of one message, headers included, as `hand-off/` encodes them: to 2 % for text, whose bytes vary with
 * its words, exactly but for the digits in a header for a cache. A latent's are one frame: envelope, payload header, values.
 */
export function messageBytes(
  wire: WireModel,
  { model, kv, latent }: Pick<AgentScenario, "model" | "kv"> & Pick<FleetSettings, "latent">,
  { carries, encoder }: (typeof armRules)[FleetArm],
  contextTokens: number,
): number {
  const frame = framePrefixBytes + payloadHeaderBytes;
  switch (carries) {
    case "nothing":
      return 0;
    case "text":
    case "summary":
      return wire.textHeaderBytes + Math.round(wire.textBytesPerToken * contextTokens);
    case "kv":
      return (
        wire.envelopeBytes +
        model.layers * Math.ceil(contextTokens / kvChunkTokens) * frame +
        2 * model.layers * model.kvHeads * model.headSize * contextTokens * bytesPerValue[kv.precision]
      );
    case "latent": {
      const values = encoder === "slots" ? latent.slots * latent.slotBytes : latent.bytes;
      return wire.envelopeBytes + frame + values;
    }
  }
}
