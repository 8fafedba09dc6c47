import { type Awaitable, type RandomStream, whenReady } from "#core";
import type { UeBatch } from "../policy/policy.ts";
import { UNHEARD_DBM } from "../policy/trend.ts";
import { NONE } from "../state.ts";
import { arrivalMs, createXnAssociations, Stream, XnMessage } from "../xn/association.ts";
import {
  decodeAnswer,
  decodeReport,
  encodeAnswer,
  encodeReport,
  type MeasuredCell,
} from "../xn/forwarded-reports.ts";
import { createSizes, nrCell, ueId } from "../xn/index.ts";
import type { XnParameters } from "../xn/xn-schema.ts";
import type { ContextMemory, Expectation } from "./context-memory.ts";
import { OUTPUTS, output } from "./context-shape.ts";
import { NO_CELL } from "./slots.ts";

/**
 * The other architecture: the state of a phone stays at the node where it began (its anchor), however often the phone is
 * handed over. Nothing is lost at a handover. Instead each report that another node receives is forwarded to the anchor over
 * Xn, and what is expected on it comes back; so it is known two delays later, at a price for every report.
 *
 * A report that the links lose is lost to the state. After a radio link failure the phone's next cell is its new anchor.
 */

/** Cells of a forwarded report: the strongest, and the serving one. More than slots, so that those can change hands. */
const FORWARDED_CELLS = 16;

interface ExpectedOf {
  readonly cell: number;
  readonly values: Expectation;
}

interface UnderWay {
  readonly ue: number;
  readonly anchor: number;
  readonly serving: number;
  readonly report: number;
  readonly answer: Uint8Array;
}

/** Returns `memory`, whose states are never lost, as it looks from the nodes that serve the phones. */
export function createPinnedMemory(
  memory: ContextMemory,
  xn: XnParameters,
  random: RandomStream,
  { ueCount, cellCount }: { readonly ueCount: number; readonly cellCount: number },
): ContextMemory {
  const associations = createXnAssociations();
  const bytesOf = createSizes();
  const anchors = new Int32Array(ueCount).fill(NONE);
  const lastServing = new Int32Array(ueCount).fill(NONE);
  const reports = new Uint32Array(ueCount);
  /** What the serving node knows: by phone, the cells with what is expected of each. */
  const known: Map<number, Expectation>[] = Array.from({ length: ueCount }, () => new Map());
  const fresh = new Uint8Array(ueCount);
  /** Answers that are not yet made, by when their reports are at the anchor, and made ones, by when they are back. */
  let toAnchor: { readonly dueMs: number; readonly of: UnderWay }[] = [];
  let toServing: { readonly dueMs: number; readonly of: UnderWay }[] = [];
  let forwardedBytes = 0;
  const atAnchor = {
    serving: new Int32Array(ueCount),
    rsrpDbm: new Float64Array(ueCount * cellCount),
    sinrDb: new Float64Array(ueCount * cellCount),
  };

  return {
    ...memory,
    stays: {
      moved: leave,
      takeForwardedBytes() {
        const taken = forwardedBytes;
        forwardedBytes = 0;
        return taken;
      },
    },
    isFresh: (ue) => fresh[ue] === 1,
    cellsOf: (ue) => Int16Array.from(known[ue].keys()),
    expectation: (ue, cell) => known[ue].get(cell),
    predict(ue, _horizonMs, out) {
      out.fill(Number.NaN);
      for (const [cell, expected] of known[ue]) out[cell] = expected[output.right];
    },
    forget(ue) {
      memory.forget(ue);
      anchors[ue] = NONE;
      leave(ue);
    },
    observe(observations): Awaitable<void> {
      const { serving } = observations;
      fresh.fill(0);
      for (let ue = 0; ue < ueCount; ue++) {
        if (serving[ue] === NONE || serving[ue] === lastServing[ue]) continue;
        leave(ue);
        lastServing[ue] = serving[ue];
      }
      const taken = observations.hasReport ? takeIn(observations) : undefined;
      return whenReady(taken, () => deliver(observations.timeS * 1000));
    },
  };

  /** What was expected where the phone was is of no use where it is. */
  function leave(ue: number): void {
    known[ue].clear();
    const ofOthers = ({ of }: { readonly of: UnderWay }): boolean => of.ue !== ue;
    toAnchor = toAnchor.filter(ofOthers);
    toServing = toServing.filter(ofOthers);
    lastServing[ue] = NONE;
  }

  /**
   * The states take each report in when it is made: since those of a phone arrive in order, they come to the same as when
   * it arrives. Only what is expected waits for its time.
   */
  function takeIn(observations: UeBatch): Awaitable<void> {
    const { serving, timeS } = observations;
    const nowMs = timeS * 1000;
    atAnchor.serving.set(serving);
    atAnchor.rsrpDbm.set(observations.reportedRsrpDbm);
    atAnchor.sinrDb.set(observations.reportedSinrDb);
    /** When each report is at its anchor, [ue]; NaN for none. */
    const arrivals = new Float64Array(ueCount).fill(Number.NaN);
    for (let ue = 0; ue < ueCount; ue++) {
      if (serving[ue] === NONE) continue;
      if (anchors[ue] === NONE) anchors[ue] = serving[ue];
      reports[ue]++;
      arrivals[ue] = nowMs;
      if (anchors[ue] === serving[ue]) continue;
      const report = encodeReport(timeS, strongest(observations, ue));
      tell(ue, serving[ue], report);
      arrivals[ue] = cross(ue, serving[ue], anchors[ue], XnMessage.request, reports[ue], nowMs);
      if (arrivals[ue] === Number.POSITIVE_INFINITY) atAnchor.serving[ue] = NONE;
      else putReport(ue, decodeReport(report));
    }
    const { rsrpDbm: reportedRsrpDbm, sinrDb: reportedSinrDb } = atAnchor;
    const own = { ...observations, serving: atAnchor.serving, reportedRsrpDbm, reportedSinrDb };
    return whenReady(memory.observe(own), () => {
      for (let ue = 0; ue < ueCount; ue++) {
        if (!Number.isFinite(arrivals[ue])) continue;
        const expected = expectedOf(ue);
        if (anchors[ue] === serving[ue]) {
          take(ue, expected);
          continue;
        }
        const answer = encodeAnswer(timeS, expected);
        const of = { ue, anchor: anchors[ue], serving: serving[ue], report: reports[ue], answer };
        toAnchor.push({ dueMs: arrivals[ue], of });
      }
    });
  }

  /** Sends back what has been made of reports that are there by now, and hands over what has come back. */
  function deliver(nowMs: number): void {
    const answered = due(toAnchor, nowMs);
    toAnchor = answered.later;
    for (const { dueMs, of } of answered.now) {
      const { ue, anchor, serving, report } = of;
      tell(ue, serving, of.answer);
      const backMs = cross(ue, anchor, serving, XnMessage.answer, report, dueMs);
      if (backMs !== Number.POSITIVE_INFINITY) toServing.push({ dueMs: backMs, of });
    }
    const arrived = due(toServing, nowMs);
    toServing = arrived.later;
    for (const { of } of arrived.now) take(of.ue, decodeAnswer(of.answer, OUTPUTS));
  }

  function take(ue: number, expected: readonly ExpectedOf[]): void {
    known[ue] = new Map(expected.map(({ cell, values }) => [cell, values]));
    fresh[ue] = 1;
  }

  function expectedOf(ue: number): readonly ExpectedOf[] {
    const cells: ExpectedOf[] = [];
    for (const cell of memory.cellsOf(ue)) {
      const values = cell === NO_CELL ? undefined : memory.expectation(ue, cell);
      // What a memory expects it writes over on the next report.
      if (values !== undefined) cells.push({ cell, values: values.slice() });
    }
    return cells;
  }

  function strongest({ serving, reportedRsrpDbm, reportedSinrDb }: UeBatch, ue: number): MeasuredCell[] {
    const heard: MeasuredCell[] = [];
    for (let cell = 0; cell < cellCount; cell++) {
      const rsrpDbm = reportedRsrpDbm[ue * cellCount + cell];
      const sinrDb = reportedSinrDb[ue * cellCount + cell];
      if (rsrpDbm > UNHEARD_DBM && !Number.isNaN(sinrDb)) heard.push({ cell, rsrpDbm, sinrDb });
    }
    if (heard.length <= FORWARDED_CELLS) return heard;
    const first = ({ cell, rsrpDbm }: MeasuredCell): number =>
      cell === serving[ue] ? Number.POSITIVE_INFINITY : rsrpDbm;
    return heard.sort((a, b) => first(b) - first(a) || a.cell - b.cell).slice(0, FORWARDED_CELLS);
  }

  function putReport(ue: number, cells: readonly MeasuredCell[]): void {
    const at = ue * cellCount;
    atAnchor.rsrpDbm.fill(Number.NEGATIVE_INFINITY, at, at + cellCount);
    atAnchor.sinrDb.fill(Number.NaN, at, at + cellCount);
    for (const { cell, rsrpDbm, sinrDb } of cells) {
      atAnchor.rsrpDbm[at + cell] = rsrpDbm;
      atAnchor.sinrDb[at + cell] = sinrDb;
    }
  }

  function cross(
    ue: number,
    from: number,
    to: number,
    message: number,
    report: number,
    sentMs: number,
  ): number {
    const crossing = { ue, attempt: report, message, from, to, stream: Stream.ofNoUe, sentMs };
    return arrivalMs(xn, associations, random, crossing);
  }

  function tell(ue: number, serving: number, latent: Uint8Array): void {
    const sourceUeId = ueId({ ue, attempt: 0 });
    const { frame } = bytesOf({ type: "privateMessage", sourceUeId, targetCell: nrCell(serving), latent });
    forwardedBytes += frame;
  }
}

/** A nanosecond: sums of ticks and delays are not exact (core/hand-off.ts). */
const ROUNDING_MS = 1e-6;

/** Returns what is due by `nowMs`, in the order in which it is, and the rest. */
function due<T extends { readonly dueMs: number }>(
  queue: readonly T[],
  nowMs: number,
): { readonly now: readonly T[]; readonly later: T[] } {
  if (queue.length === 0) return { now: [], later: [] };
  const now = queue.filter(({ dueMs }) => dueMs <= nowMs + ROUNDING_MS);
  const later = queue.filter(({ dueMs }) => dueMs > nowMs + ROUNDING_MS);
  return { now: now.sort((a, b) => a.dueMs - b.dueMs), later };
}
