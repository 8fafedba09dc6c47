import type { Domain } from "../provenance.ts";
import type { HandOffEnd } from "./end.ts";

/**
 * One hand-off told step by step, in the same words for both domains: what a trace prints and what the dashboard
 * shows in the same place on both of its sides.
 */
export interface HandOffReport<D extends Domain = Domain> {
  readonly domain: D;
  readonly arm: string;
  /** The phone or the task. */
  readonly entity: number;
  /** The cell or the stage that hands over, and the one that takes over. */
  readonly from: string;
  readonly to: string;
  readonly timeS: number;
  readonly compress: { readonly label: string; readonly inputBytes: number; readonly outputBytes: number };
  readonly transport: {
    readonly label: string;
    /** Bytes really encoded for the wire, `headerBytes` included; 0 when the arm sends nothing. */
    readonly bytes: number;
    readonly headerBytes: number;
    /** Null when nothing was sent or nothing arrived, and where the way is not timed. */
    readonly delayMs: number | null;
  };
  readonly project: {
    readonly label: string;
    /**
     * Tokens that the receiver read although an earlier stage had read or written them, whoever they came from; null where nobody
     * reads tokens.
     */
    readonly rereadTokens: number | null;
  };
  /** What the receiver knows at the end. */
  readonly end: HandOffEnd;
  /** The first bytes on the wire, at most {@link reportedPayloadBytes}. */
  readonly payloadHead: Uint8Array;
}

export const reportedPayloadBytes = 160;
