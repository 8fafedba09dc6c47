// The second step: what travels is written into a message of the two stages, crosses a link with faults, and is opened again.
import {
  bytesPerValue,
  type Consignment,
  createLink,
  type Link,
  linkParametersSchema,
  type Opened,
  type RandomStream,
  type Shipment,
  type WireFormat,
} from "#core";
import type { KvCache, LanguageModel } from "../language-model/language-model.ts";
import type { AgentScenario } from "../scenario.ts";
import { encodeCache, openCache } from "./cache.ts";
import type { StepClock } from "./clock.ts";
import type { Latent } from "./compress.ts";
import {
  decodeMessage,
  encodeMessage,
  type MessageContent,
  type MessageHeader,
  type MessageRoute,
} from "./message.ts";
import type { Vocabulary } from "./prompt.ts";

/** The stages of a hand-off, by name. */
export type Stages = Pick<MessageRoute, "from" | "to">;

/** Returns the link of a measured run, which has faults and takes no time of its own. */
export function faultyLink(faults: AgentScenario["measured"]["link"], random: RandomStream): Link {
  return {
    ...createLink(linkParametersSchema.parse(faults), random),
    label: "a message as encoded; its way is not timed",
  };
}

/** Returns the format of a text: as UTF-8, as token ids, or as a summary. */
export function textFormat(
  stages: Stages,
  { encode, decode }: Pick<Vocabulary, "encode" | "decode">,
  form: AgentScenario["text"]["encoding"] | "summary",
): WireFormat<Int32Array> {
  const contentOf = (tokens: Int32Array): MessageContent => {
    if (form === "ids") return { kind: "tokens", tokens: [...tokens] };
    return { kind: form === "summary" ? "summary" : "text", text: decode(tokens) };
  };
  return {
    label: form === "ids" ? "token ids" : "UTF-8",
    encode: (tokens, shipment) => encodeMessage(routeOf(stages, shipment), contentOf(tokens)),
    decode(bytes, shipment) {
      const opened = openContent(bytes, ["text", "summary", "tokens"], routeOf(stages, shipment));
      if (!opened.ok) return opened;
      const { content } = opened;
      try {
        return {
          ok: true,
          content: content.kind === "tokens" ? Int32Array.from(content.tokens) : encode(content.text),
        };
      } catch {
        // A word that the model does not have.
        return { ok: false, reason: "bad-body" };
      }
    },
  };
}

/** Returns the format of a key-value cache, frame by frame. */
export function cacheFormat(
  stages: Stages,
  model: Pick<LanguageModel, "modelId" | "shape">,
  precision: AgentScenario["kv"]["precision"],
): WireFormat<KvCache> {
  const { layers, kvHeads, headSize } = model.shape;
  return {
    label: precision,
    encode(cache, shipment) {
      const bytes = encodeCache(routeOf(stages, shipment), model, cache, precision);
      const values = layers * 2 * kvHeads * headSize * cache.tokens;
      return { bytes, headerBytes: bytes.length - values * bytesPerValue[precision] };
    },
    decode(bytes, shipment) {
      const opened = openCache(bytes, model);
      if (!opened.ok) return opened;
      return belongs(opened.header, routeOf(stages, shipment))
        ? { ok: true, content: opened.cache }
        : { ok: false, reason: "stale" };
    },
  };
}

/** Returns the format of an answer: its token ids. */
export function answerFormat(stages: Stages): WireFormat<readonly number[]> {
  return {
    label: "token ids",
    encode: (tokens, shipment) => encodeMessage(routeOf(stages, shipment), { kind: "tokens", tokens }),
    decode(bytes, shipment) {
      const opened = openContent(bytes, ["tokens"], routeOf(stages, shipment));
      return opened.ok ? { ok: true, content: opened.content.tokens } : opened;
    },
  };
}

/** One latent a task: whoever passes it on keeps its number. */
const PAYLOAD_SEQUENCE = 0;

/** Returns the format of a latent: a payload of `payloads` inside a message. What is opened are values. */
export function latentFormat(stages: Stages, payloads: WireFormat<Float32Array>): WireFormat<Latent> {
  return {
    label: payloads.label,
    encode(latent, shipment) {
      const payload =
        "payload" in latent
          ? latent.payload
          : payloads.encode(latent.values, { ...shipment, sequence: PAYLOAD_SEQUENCE }).bytes;
      return encodeMessage(routeOf(stages, shipment), { kind: "latent", payload });
    },
    decode(bytes, shipment) {
      const opened = openContent(bytes, ["latent"], routeOf(stages, shipment));
      if (!opened.ok) return opened;
      const read = payloads.decode(opened.content.payload, { ...shipment, sequence: PAYLOAD_SEQUENCE });
      return read.ok ? { ok: true, content: { values: read.content } } : read;
    },
  };
}

/** Returns the payload of the first message that came, readable or not: whoever cannot read one still passes it on. */
export function payloadThatCame({ deliveries }: Pick<Consignment, "deliveries">): Uint8Array | null {
  for (const { bytes } of deliveries) {
    const message = decodeMessage(bytes);
    if (message.ok && message.content?.kind === "latent") return message.content.payload;
  }
  return null;
}

/** Returns a format whose time goes to `encode` and `decode`. */
export function timedFormat<Content>(format: WireFormat<Content>, clock: StepClock): WireFormat<Content> {
  return {
    label: format.label,
    encode: (content, shipment) => clock.timeNow("encode", () => format.encode(content, shipment)),
    decode: (bytes, shipment) => clock.timeNow("decode", () => format.decode(bytes, shipment)),
  };
}

/** Returns a link whose time goes to `send`. */
export function timedLink({ label, send }: Link, clock: StepClock): Link {
  return { label, send: (messages) => clock.timeNow("send", () => send(messages)) };
}

function routeOf({ from, to }: Stages, { entity, sequence }: Shipment): MessageRoute {
  return { task: entity, from, to, sequence };
}

/** Returns the content of a message of this route and of one of `kinds`, or why there is none. */
function openContent<K extends MessageContent["kind"]>(
  bytes: Uint8Array,
  kinds: readonly K[],
  route: MessageRoute,
): Opened<Extract<MessageContent, { kind: K }>> {
  const message = decodeMessage(bytes);
  if (!message.ok) return message;
  const { content, header } = message;
  if (content === null || !(kinds as readonly string[]).includes(content.kind))
    return { ok: false, reason: "bad-header" };
  return belongs(header, route)
    ? { ok: true, content: content as Extract<MessageContent, { kind: K }> }
    : { ok: false, reason: "stale" };
}

/** Returns whether a message is the one of this hand-off. */
function belongs(header: MessageHeader, { task, from, to, sequence }: MessageRoute): boolean {
  return header.task === task && header.from === from && header.to === to && header.sequence === sequence;
}
