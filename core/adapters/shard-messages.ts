import { BadInputError, type BadInputParts } from "../bad-input.ts";
import type { ShardResult } from "../experiment/experiment.ts";

/** What a thread that runs shards is told, and what it says. */

export type ShardRequest =
  /** One is answered before the next is sent. */
  | { readonly type: "run"; readonly key: string }
  /** The thread is to end, in the middle of a shard where that pauses. */
  | { readonly type: "stop" };

export type ShardAnswer =
  /** Sent once, unasked, when the experiment is made. */
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly result: ShardResult }
  | { readonly type: "failed"; readonly error: SentError };

/** An error on its way to another thread, which has no class in common with this one. */
export type SentError =
  | { readonly badInput: { readonly code: string; readonly parts: BadInputParts } }
  | { readonly name: string; readonly message: string; readonly stack: string | undefined };

export function sendError(error: unknown): SentError {
  if (error instanceof BadInputError) return { badInput: { code: error.code, parts: error.parts } };
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack };
}

/** Returns the error that was sent: a BadInputError is one again, any other keeps its name and its stack. */
export function receiveError(sent: SentError): Error {
  if ("badInput" in sent) return new BadInputError(sent.badInput.code, sent.badInput.parts);
  const error = new Error(sent.message);
  error.name = sent.name;
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}
