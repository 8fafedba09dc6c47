/** What the server and a simulator's worker say to each other; one request is answered before the next is sent. */
import type { FormerNames, HandOffReport, KpiRow } from "#core";
import type { Catalogue } from "../protocol.ts";
import type { Choice, SimulatorLayout } from "./simulator.ts";

export type WorkerRequest =
  | { readonly type: "start"; readonly epoch: number; readonly choice: Choice }
  | { readonly type: "advance"; readonly dtS: number; readonly wantKpis: boolean };

export type WorkerAnswer =
  /** Sent once, unasked, when the simulator is loaded. */
  | {
      readonly type: "ready";
      readonly formerArms: FormerNames;
      readonly catalogue: Catalogue;
      readonly initial: { readonly scenario: string; readonly arm: string };
      readonly armOfAll: string;
    }
  | ({ readonly type: "started"; readonly layout: SimulatorLayout } & Progress)
  | ({ readonly type: "advanced" } & Progress)
  /** The request could not be met; the simulator is as it was before. */
  | { readonly type: "refused"; readonly message: string };

/** Where a run stands after a request. */
export interface Progress {
  readonly timeS: number;
  /** An encoded frame; its buffer moves to the server. */
  readonly frame: ArrayBuffer;
  /** The newest hand-offs of this step, oldest first, at most {@link reportsPerStep}. */
  readonly reports: readonly HandOffReport[];
  /** All hand-offs of this step. */
  readonly reportCount: number;
  /** Null unless asked for. */
  readonly kpis: readonly KpiRow[] | null;
}

export const reportsPerStep = 4;
