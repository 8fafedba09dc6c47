// Requests of a served model: one at a time as a trace has them, or whole, as columns.
import { growingColumn } from "./growing-columns.ts";

/** When a request came and how long it was. */
export interface TracedRequest {
  /** Seconds since the first; never less than that of the request before. */
  readonly arrivalS: number;
  /** At least 1. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /**
   * Blocks of the input, and how many of them, from its start on, earlier requests had begun with too. Null where the
   * trace does not say.
   */
  readonly blocks: { readonly count: number; readonly seen: number; readonly blockTokens: number } | null;
}

/** The requests of a trace in columns of equal length, in order of arrival; see {@link TracedRequest}. */
export interface RequestWorkload {
  readonly format: "azure-llm" | "mooncake";
  /** [request] */
  readonly arrivalS: Float64Array;
  /** [request] */
  readonly inputTokens: Uint32Array;
  /** [request] */
  readonly outputTokens: Uint32Array;
  readonly blocks: {
    /** [request] */
    readonly count: Uint32Array;
    /** [request] */
    readonly seen: Uint32Array;
    readonly blockTokens: number;
  } | null;
}

/** Returns the requests as columns; all of one trace have blocks, or none. */
export function collectRequests(
  requests: Iterable<TracedRequest>,
  format: RequestWorkload["format"],
): RequestWorkload {
  const arrivalS = growingColumn((length) => new Float64Array(length));
  const [inputTokens, outputTokens, count, seen] = [0, 1, 2, 3].map(() =>
    growingColumn((length) => new Uint32Array(length)),
  );
  let blockTokens: number | null = null;
  for (const request of requests) {
    arrivalS.add(request.arrivalS);
    inputTokens.add(request.inputTokens);
    outputTokens.add(request.outputTokens);
    if (request.blocks === null) continue;
    blockTokens = request.blocks.blockTokens;
    count.add(request.blocks.count);
    seen.add(request.blocks.seen);
  }
  return {
    format,
    arrivalS: arrivalS.take(),
    inputTokens: inputTokens.take(),
    outputTokens: outputTokens.take(),
    blocks: blockTokens === null ? null : { count: count.take(), seen: seen.take(), blockTokens },
  };
}
