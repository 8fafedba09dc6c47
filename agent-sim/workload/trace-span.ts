/** A piece of work in a trace, as far as hand-offs are concerned: what OpenTelemetry calls a span and LangSmith a run. */
export interface TraceSpan {
  /** Unique in the file. */
  readonly id: string;
  readonly parentId: string | null;
  readonly traceId: string;
  /** The conversation or thread that it says it belongs to. */
  readonly conversation: string | null;
  /** Who speaks, when it says so. */
  readonly agent: string | null;
  /** Who serves the model: calls of one provider count their tokens alike. */
  readonly provider: string | null;
  /**
   * - `model`: a call of a model
   * - `agent`: an agent's or workflow's whole invocation, whose tokens, if any, are a sum
   * - `other`: a tool, a retrieval, anything else
   */
  readonly role: "model" | "agent" | "other";
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Null while it had not ended. */
  readonly endMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  /** From its start to the first token of the answer. */
  readonly firstTokenMs: number | null;
}
