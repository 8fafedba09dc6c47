import type { RanParams } from "../ran-params.ts";

/**
 * When each cell would fail each phone, were it to serve it: the radio link monitoring of TS 38.331 5.3.10
 * (`../handover/radio-link-monitor.ts`) on all cells at once, with the future known. What a model learns to expect.
 */
export interface OutageWatch {
  /** Takes in the 200 ms mean SINR of the next tick, [entry], dB. */
  step(sinrDb: Float64Array): void;
  /**
   * Returns [tick, entry] row-major, in ticks: how long until T310 next starts and then expires, 0 from that start until the
   * cell is in sync again, Infinity where neither comes before the last tick.
   */
  untilOutage(): Float32Array;
  /** Whether T310 ran on `tick`: no command reaches a phone then (TR 36.839 5.2.1.3, state 2). */
  runs(tick: number, entry: number): boolean;
}

export function watchOutages(
  params: Pick<RanParams, "qOutDb" | "qInDb" | "n310" | "n311" | "t310Ticks" | "indicationTicks">,
  entries: number,
  tickCount: number,
): OutageWatch {
  const outOfSyncCount = new Int32Array(entries);
  const inSyncCount = new Int32Array(entries);
  /** [tick, entry]: whether T310 runs, or has expired and the cell is not yet in sync again. */
  const out = new Uint8Array(tickCount * entries);
  let tick = 0;
  return {
    runs: (at, entry) => out[at * entries + entry] !== 0,
    step(sinrDb) {
      const before = (tick - 1) * entries;
      const now = tick * entries;
      for (let i = 0; i < entries; i++) {
        let isOut = tick > 0 && out[before + i] !== 0;
        if (tick % params.indicationTicks === 0) {
          if (sinrDb[i] < params.qOutDb) {
            inSyncCount[i] = 0;
            if (!isOut && ++outOfSyncCount[i] >= params.n310) isOut = true;
          } else if (sinrDb[i] > params.qInDb) {
            outOfSyncCount[i] = 0;
            if (isOut && ++inSyncCount[i] >= params.n311) isOut = false;
          }
          if (isOut) outOfSyncCount[i] = 0;
          else inSyncCount[i] = 0;
        }
        out[now + i] = isOut ? 1 : 0;
      }
      tick++;
    },
    untilOutage() {
      const until = new Float32Array(tick * entries).fill(Number.POSITIVE_INFINITY);
      for (let i = 0; i < entries; i++) {
        let end = tick;
        let start = Number.POSITIVE_INFINITY;
        for (let t = tick - 1; t >= 0; t--) {
          if (out[t * entries + i] === 0) {
            end = t;
          } else if (t === 0 || out[(t - 1) * entries + i] === 0) {
            // A spell from t to end: fatal when T310 expires in it.
            if (end - t >= params.t310Ticks) start = t;
          }
          until[t * entries + i] = start - t;
        }
        // Within a fatal spell there is no waiting for it.
        for (let t = 1; t < tick; t++) {
          const at = t * entries + i;
          if (out[at] !== 0 && until[at - entries] === 0) until[at] = 0;
        }
      }
      return until;
    },
  };
}
