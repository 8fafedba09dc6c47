/** A piece of work in a trace, as far as hand-offs are concerned: what OpenTelemetry calls a span and LangSmith a run. */
export interface TraceSpan {
  /** Unique in the file. */
  readonly id: string;
  readonly parentId: string | null;
  readonly traceId: string;
  /** The conversation or thread that it says it belongs to. */
  readonly conversation: string | null;
  /** Who speaks, by name. */
  readonly agent: string | null;
  /** Who speaks, by an identifier. Where a span has both, they are one agent in the whole file. */
  readonly agentId: string | null;
  /** Where in a program it runs (node of a graph, name of a function): who speaks, where nothing better says so. */
  readonly place: string | null;
  /** Who serves the model, and what recorded the call: together they decide how tokens are counted. */
  readonly provider: string | null;
  readonly scope: string | null;
  /**
   * - `model`: a call of a model
   * - `agent`: an agent's or workflow's whole invocation, whose tokens, if any, are a sum
   * - `other`: a tool, a retrieval, anything else
   */
  readonly role: "model" | "agent" | "other";
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Null while it had not ended, or where the end is no end. */
  readonly endMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  /** Whether `inputTokens` holds those of the cache, where the record itself or its format says so. */
  readonly cacheCounts: "within" | "apart" | null;
  /** From its start to the first token of the answer. */
  readonly firstToken: FirstToken | null;
  /** It is written several times while it grows: of each count the largest is the last. */
  readonly grows?: boolean;
}

export interface FirstToken {
  /** Milliseconds, when the unit is the one that the name stands for. */
  readonly ms: number;
  /** Name of an attribute that stands for seconds and is known to be written in milliseconds too; null where the unit is sure. */
  readonly inSeconds: string | null;
}
