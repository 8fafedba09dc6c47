/** One half of the dashboard: a domain's simulator, what it was asked to run, and what it said last. */
import type { Domain, HandOffReport, KpiRow } from "#core";
import {
  type AgentLayout,
  type Catalogue,
  encodeFrame,
  type RanLayout,
  requireMessageDomain,
  type ServerMessage,
  type SideState,
} from "../protocol.ts";
import { emptyHistory, historyColumns, type KpiHistory, withPoint } from "./kpi-history.ts";
import type { Choice } from "./simulator.ts";
import type { SimulatorWorker } from "./simulator-worker.ts";
import type { Progress } from "./worker-messages.ts";

/** What a side publishes: messages, and encoded frames. */
export type Publication = ServerMessage | ArrayBuffer;

/** Hand-offs that a client who joins is told. */
const reportsKept = 8;
const kpiPeriodMs = 1000;

export interface LiveSide {
  readonly domain: Domain;
  readonly catalogue: Catalogue;
  state(): SideState;
  /** All that a client who joins needs, in order. */
  snapshot(): readonly Publication[];
  /** Starts a new epoch; with a new worker when the old one has stopped. */
  start(choice: Choice): Promise<void>;
  /** Simulates on by `dtS` unless a step is under way; returns the simulated time that was reached by it. */
  step(dtS: number, nowMs: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Returns the side of `domain` once its simulator is loaded. `publish` is called with all that clients should hear;
 * `changed` when {@link LiveSide.state} has changed. Rejects with SimulatorStoppedError when the simulator does not load.
 */
export async function openLiveSide(
  domain: Domain,
  openWorker: () => SimulatorWorker,
  publish: (publication: Publication) => void,
  changed: () => void,
): Promise<{ side: LiveSide; initial: { readonly scenario: string; readonly arm: string } }> {
  let worker = openWorker();
  const { catalogue, initial } = await worker.ready;
  let state: SideState = { ...initial, epoch: 0, status: "starting", problem: null };
  let layout: RanLayout | AgentLayout | null = null;
  let frame: ArrayBuffer | null = null;
  let historyFrame: ArrayBuffer | null = null;
  let history: KpiHistory = emptyHistory;
  let kpis: ServerMessage | null = null;
  let reports: readonly HandOffReport[] = [];
  let reportTotal = 0;
  let timeS = 0;
  let kpisAtMs = Number.NEGATIVE_INFINITY;
  /** The request under way; requests queue behind it. */
  let busy: Promise<unknown> | null = null;
  let closed = false;

  const change = (part: Partial<SideState>): void => {
    state = { ...state, ...part };
    changed();
  };
  const reportsMessage = (newest: readonly HandOffReport[]): ServerMessage =>
    requireMessageDomain({
      type: "reports",
      domain,
      epoch: state.epoch,
      total: reportTotal,
      reports: newest,
    } as ServerMessage);

  const take = (progress: Progress): void => {
    timeS = progress.timeS;
    frame = progress.frame;
    publish(frame);
    if (progress.reportCount > 0) {
      reportTotal += progress.reportCount;
      reports = [...reports, ...progress.reports].slice(-reportsKept);
      publish(reportsMessage(progress.reports));
    }
    if (progress.kpis !== null) takeKpis(progress.kpis);
  };
  const takeKpis = (rows: readonly KpiRow[]): void => {
    const { epoch } = state;
    kpis = requireMessageDomain({ type: "kpis", domain, epoch, timeS, rows } as ServerMessage);
    publish(kpis);
    const charted = rows.find(({ metric }) => metric === layout?.chart.metric);
    if (charted === undefined) return;
    history = withPoint(history, timeS, charted);
    const columns = historyColumns(history);
    historyFrame = encodeFrame({ kind: "history", domain, epoch, sequence: 0, timeS, ...columns });
    publish(historyFrame);
  };
  const stop = (error: unknown): void => {
    if (closed) return;
    const problem = error instanceof Error ? error.message : String(error);
    change({ status: "stopped", problem });
    publish({
      type: "error",
      code: "simulator-stopped",
      message: `The ${domain === "ran" ? "cell" : "agent"} simulator has stopped: ${problem}. Restart to run it again.`,
      domain,
    });
  };

  const side: LiveSide = {
    domain,
    catalogue,
    state: () => state,
    snapshot: () => {
      const parts: (Publication | null)[] = [
        layout,
        kpis,
        reports.length === 0 ? null : reportsMessage(reports),
        historyFrame,
        frame,
      ];
      return parts.filter((part) => part !== null);
    },
    async start({ scenario, arm, seed }) {
      const epoch = state.epoch + 1;
      const stoppedBefore = state.status === "stopped";
      change({ scenario, arm, epoch, status: "starting", problem: null });
      await busy?.catch(() => {});
      // A later start has overtaken this one while it waited.
      if (state.epoch !== epoch) return;
      try {
        if (stoppedBefore) {
          await worker.close();
          worker = openWorker();
          await worker.ready;
        }
        const request = worker.ask({ type: "start", epoch, choice: { scenario, arm, seed } });
        busy = request;
        const answer = await request;
        busy = null;
        if (state.epoch !== epoch) return;
        if (answer.type !== "started") {
          throw new Error(answer.type === "refused" ? answer.message : `unexpected answer ${answer.type}`);
        }
        layout = { ...answer.layout, epoch };
        history = emptyHistory;
        historyFrame = null;
        kpis = null;
        reports = [];
        reportTotal = 0;
        kpisAtMs = Number.NEGATIVE_INFINITY;
        publish(layout);
        take(answer);
        change({ status: "running" });
      } catch (error) {
        busy = null;
        if (state.epoch === epoch) stop(error);
      }
    },
    async step(dtS, nowMs) {
      if (busy !== null || state.status !== "running") return 0;
      const { epoch } = state;
      const beforeS = timeS;
      const wantKpis = nowMs - kpisAtMs >= kpiPeriodMs;
      if (wantKpis) kpisAtMs = nowMs;
      try {
        const request = worker.ask({ type: "advance", dtS, wantKpis });
        busy = request;
        const answer = await request;
        busy = null;
        if (state.epoch !== epoch) return 0;
        if (answer.type !== "advanced") throw new Error(`unexpected answer ${answer.type}`);
        take(answer);
        return timeS - beforeS;
      } catch (error) {
        busy = null;
        if (state.epoch === epoch) stop(error);
        return 0;
      }
    },
    async close() {
      closed = true;
      await worker.close();
    },
  };
  return { side, initial };
}
