// What an arm puts on the wire at one hand-off: encoded, opened again as the receiver would, and counted.
import { reportedPayloadBytes } from "#core";
import { kvCacheBytes } from "../cost/model.ts";
import type { TaskSource } from "../pipeline/task.ts";
import type { TokenizedText } from "../workload/document.ts";
import { type AgentArm, armRules } from "./arms.ts";
import { countKvStream } from "./kv-stream.ts";
import { decodeMessage, encodeMessage, type MessageContent, type MessageRoute } from "./message.ts";
import { summarize } from "./summary.ts";

/** A message as sent; all byte counts are of really encoded bytes. */
export interface OutgoingMessage {
  /** What the sender holds: the text, or its cache at fp16. */
  readonly inputBytes: number;
  /** All that crosses, headers included; 0 when nothing does. */
  readonly wireBytes: number;
  readonly headerBytes: number;
  readonly head: Uint8Array;
}

const silent = { wireBytes: 0, headerBytes: 0, head: new Uint8Array(0) };

/** What a stage sends that another one brings the document to. */
export const noMessage: OutgoingMessage = { inputBytes: 0, ...silent };

/**
 * Returns the message of `context` in `arm`. `seed` is that of the cache's stand-in values; with `withHead` the first
 * bytes are kept for people to look at.
 */
export function createMessage(
  source: TaskSource,
  arm: AgentArm,
  parts: {
    readonly route: MessageRoute;
    readonly context: TokenizedText;
    readonly seed: number;
    readonly withHead: boolean;
  },
): OutgoingMessage {
  const { scenario } = source;
  const { route, context, seed, withHead } = parts;
  const headBytes = withHead ? reportedPayloadBytes : 0;
  const textBytes = new TextEncoder().encode(context.text).length;
  switch (armRules[arm].carries) {
    case "nothing":
      return { inputBytes: textBytes, ...silent };
    case "kv": {
      const { model, kv } = scenario;
      const tokens = context.tokens.length;
      const { bytes, headerBytes, head } = countKvStream(
        route,
        { model, precision: kv.precision, tokens, seed },
        headBytes,
      );
      return { inputBytes: kvCacheBytes(model, tokens, "fp16"), wireBytes: bytes, headerBytes, head };
    }
    case "text":
      return sendText(
        route,
        scenario.text.encoding === "ids"
          ? { kind: "tokens", tokens: context.tokens }
          : { kind: "text", text: context.text },
        { inputBytes: textBytes, headBytes },
      );
    case "summary":
      return sendText(route, { kind: "summary", text: context.text }, { inputBytes: textBytes, headBytes });
  }
}

/** Returns the summary of a text to the scenario's ratio of its tokens, at least one. */
export function compressText(source: TaskSource, context: TokenizedText): TokenizedText {
  const { scenario, tokenizer } = source;
  const budget = Math.max(1, Math.floor(scenario.summary.ratio * context.tokens.length));
  return summarize(tokenizer, context.text, budget);
}

function sendText(
  route: MessageRoute,
  content: MessageContent,
  { inputBytes, headBytes }: { inputBytes: number; headBytes: number },
): OutgoingMessage {
  const { bytes, headerBytes } = encodeMessage(route, content);
  const opened = decodeMessage(bytes);
  if (!opened.ok) throw new RangeError(`a message just encoded cannot be opened: ${opened.reason}`);
  return { inputBytes, wireBytes: bytes.length, headerBytes, head: bytes.slice(0, headBytes) };
}
