/** What the server and the thread of a desk say to each other: one request is answered before the next is sent. */
import type { BadInputError } from "#core";

/** Who sits at a desk: what it answers from. */
export type DeskName = "agents" | "phones";

/** `offer`: what can be asked at all. `ask`: a body as it came over HTTP, of any shape. */
export type DeskRequest = { readonly type: "offer" } | { readonly type: "ask"; readonly body: unknown };

export interface DeskWork {
  offer(): Promise<unknown>;
  /** Throws BadInputError for a body that a person can mend. */
  ask(body: unknown): Promise<unknown>;
}

export type DeskAnswer =
  | { readonly type: "answered"; readonly answer: unknown }
  | { readonly type: "refused"; readonly code: string; readonly parts: BadInputError["parts"] }
  | { readonly type: "failed"; readonly message: string };
