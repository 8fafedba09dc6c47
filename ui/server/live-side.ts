/** One half of the dashboard: a domain's simulator, what it was asked to run, and what it said last. */
import type { Domain, FormerNames, HandOffReport, KpiRow } from "#core";
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
import type { Progress, WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

/** What a side publishes: messages, and encoded frames. */
export type Publication = ServerMessage | ArrayBuffer;

/** Hand-offs that a client who joins is told. */
const reportsKept = 8;
const kpiPeriodMs = 1000;

export interface LiveSide {
  readonly domain: Domain;
  /** What arms of the catalogue were called before. */
  readonly formerArms: FormerNames;
  readonly catalogue: Catalogue;
  /** What a change of scenario goes on with where the new one does not run the arm of the old. */
  readonly armOfAll: string;
  state(): SideState;
  /** All that a client who joins needs, in order. */
  snapshot(): readonly Publication[];
  /**
   * Asks for a new epoch; with a new worker when the old one has stopped. What is asked for while a start is under way
   * waits for its end, and of several only the last is started.
   */
  start(choice: Choice): void;
  /** Simulates on by `dtS` unless a request is under way; returns the simulated time that was reached by it. */
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
  const { catalogue, formerArms, initial, armOfAll } = await worker.ready;
  let state: SideState = { ...initial, epoch: 0, status: "starting", problem: null };
  let told: Told = { ...nothingTold };
  /** What is to be started next, with its epoch. */
  let wanted: { readonly choice: Choice; readonly epoch: number } | null = null;
  /** The starts under way; one at a time. */
  let starting: Promise<void> | null = null;
  /** The step under way; a start waits for its end. */
  let stepping: Promise<unknown> | null = null;
  /** Whether the worker can no longer be trusted: it has ended, or has answered what no answer may be. */
  let broken = false;
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
      total: told.reportTotal,
      reports: newest,
    } as ServerMessage);

  const take = (progress: Progress): void => {
    told.timeS = progress.timeS;
    told.frame = progress.frame;
    publish(progress.frame);
    if (progress.reportCount > 0) {
      told.reportTotal += progress.reportCount;
      told.reports = [...told.reports, ...progress.reports].slice(-reportsKept);
      publish(reportsMessage(progress.reports));
    }
    if (progress.kpis !== null) takeKpis(progress.kpis);
  };
  const takeKpis = (rows: readonly KpiRow[]): void => {
    const { epoch } = state;
    const { timeS } = told;
    told.kpis = requireMessageDomain({ type: "kpis", domain, epoch, timeS, rows } as ServerMessage);
    publish(told.kpis);
    const charted = rows.find(({ metric }) => metric === told.layout?.chart.metric);
    if (charted === undefined) return;
    told.history = withPoint(told.history, timeS, charted);
    const columns = historyColumns(told.history);
    told.historyFrame = encodeFrame({ kind: "history", domain, epoch, sequence: 0, timeS, ...columns });
    publish(told.historyFrame);
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

  /** Returns what the worker answers; whatever but a refusal goes wrong makes it one to be replaced. */
  const ask = async (request: WorkerRequest): Promise<WorkerAnswer> => {
    try {
      return await worker.ask(request);
    } catch (error) {
      broken = true;
      throw error;
    }
  };
  const replaceWorker = async (): Promise<void> => {
    await worker.close();
    if (closed) return;
    worker = openWorker();
    await worker.ready;
    broken = false;
  };
  const startWanted = async (): Promise<void> => {
    while (wanted !== null && !closed) {
      await stepping?.catch(() => {});
      const { choice, epoch }: { readonly choice: Choice; readonly epoch: number } = wanted;
      wanted = null;
      try {
        if (broken) await replaceWorker();
        if (closed) break;
        // A later choice has overtaken this one.
        if (state.epoch !== epoch) continue;
        const answer = await ask({ type: "start", epoch, choice });
        if (state.epoch !== epoch) continue;
        if (answer.type !== "started") {
          throw new Error(answer.type === "refused" ? answer.message : `unexpected answer ${answer.type}`);
        }
        begin(epoch, answer);
      } catch (error) {
        if (state.epoch === epoch) stop(error);
      }
    }
    starting = null;
  };
  const begin = (epoch: number, answer: Extract<WorkerAnswer, { type: "started" }>): void => {
    const layout = { ...answer.layout, epoch };
    told.layout = layout;
    publish(layout);
    believed(() => take(answer));
    change({ status: "running" });
  };
  /** Runs what reads an answer: an answer that breaks a law is as bad as none. */
  const believed = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      broken = true;
      throw error;
    }
  };

  const side: LiveSide = {
    domain,
    formerArms,
    catalogue,
    armOfAll,
    state: () => state,
    snapshot: () => {
      const { layout, kpis, reports, historyFrame, frame } = told;
      const parts: (Publication | null)[] = [
        layout,
        kpis,
        reports.length === 0 ? null : reportsMessage(reports),
        historyFrame,
        frame,
      ];
      return parts.filter((part) => part !== null);
    },
    start(choice) {
      if (closed) return;
      const { scenario, arm } = choice;
      const epoch = state.epoch + 1;
      wanted = { choice, epoch };
      // Nothing that the old run said may stand under the new name.
      told = { ...nothingTold };
      change({ scenario, arm, epoch, status: "starting", problem: null });
      starting ??= startWanted();
    },
    async step(dtS, nowMs) {
      if (stepping !== null || closed || state.status !== "running") return 0;
      const { epoch } = state;
      const mine = told;
      const beforeS = mine.timeS;
      const wantKpis = nowMs - mine.kpisAtMs >= kpiPeriodMs;
      if (wantKpis) mine.kpisAtMs = nowMs;
      const request = ask({ type: "advance", dtS, wantKpis });
      stepping = request;
      try {
        const answer = await request;
        if (state.epoch !== epoch) return 0;
        if (answer.type !== "advanced") throw new Error(`unexpected answer ${answer.type}`);
        believed(() => take(answer));
        return mine.timeS - beforeS;
      } catch (error) {
        if (state.epoch === epoch) stop(error);
        return 0;
      } finally {
        stepping = null;
      }
    },
    async close() {
      closed = true;
      wanted = null;
      await worker.close();
      await starting;
      // A start that was under way may have opened another meanwhile.
      await worker.close();
    },
  };
  return { side, initial };
}

/** What a side has said of its epoch. */
interface Told {
  layout: RanLayout | AgentLayout | null;
  frame: ArrayBuffer | null;
  history: KpiHistory;
  historyFrame: ArrayBuffer | null;
  kpis: ServerMessage | null;
  reports: readonly HandOffReport[];
  reportTotal: number;
  timeS: number;
  /** When KPIs were last asked for, by the wall clock. */
  kpisAtMs: number;
}

const nothingTold: Told = {
  layout: null,
  frame: null,
  history: emptyHistory,
  historyFrame: null,
  kpis: null,
  reports: [],
  reportTotal: 0,
  timeS: 0,
  kpisAtMs: Number.NEGATIVE_INFINITY,
};
