/** Requests of a served model: when they came and how long they were. Columns of equal length, in order of arrival. */
export interface RequestWorkload {
  readonly format: "azure-llm" | "mooncake";
  /** [request] seconds since the first. */
  readonly arrivalS: Float64Array;
  /** [request] at least 1. */
  readonly inputTokens: Uint32Array;
  /** [request] */
  readonly outputTokens: Uint32Array;
  /**
   * [request] blocks of the input, and how many of them, from its start on, earlier requests had begun with too. Null
   * where the trace does not say.
   */
  readonly blocks: {
    readonly count: Uint32Array;
    readonly seen: Uint32Array;
    readonly blockTokens: number;
  } | null;
}
