import { type Awaitable, rowOf, type StateBatch } from "#core";
import type { UeBatch } from "../policy/policy.ts";
import { UNHEARD_DBM } from "../policy/trend.ts";
import { NONE } from "../state.ts";
import type { ContextMemory } from "./context-memory.ts";
import type { ContextRuntime } from "./context-runtime.ts";
import { FEATURES, writeFeatures } from "./context-shape.ts";
import { NO_CELL } from "./slots.ts";

/**
 * The plainest transfer of the same bytes: not what the model made of the reports but the reports themselves, replayed at
 * the target through its own model. Each byte is one RSRP or SINR in whole decibels of a cell of the candidate list.
 */
export interface RawLayout {
  /** Reports that travel, oldest first. */
  readonly reports: number;
  /** Every so many reports one travels: the farther apart, the longer the history. */
  readonly stride: number;
}

/** Subtracted before a level is sent, so that one byte holds it: an RSRP is reported as the middle of its bin, at half decibels. */
const RSRP_CENTRE_DBM = -94.5;
const SINR_CENTRE_DB = 8;
/** A value that stands for a report which was never made; levels lie above the limit, whatever int8 does to them. */
const MISSING = -127;
const LEAST_LEVEL = -83;

/**
 * Returns `memory` with the states that it hands on replaced by raw reports: `read` returns [count, reports x slots x 2],
 * `write` replays them.
 */
export function createRawMemory(
  memory: ContextMemory,
  runtime: ContextRuntime,
  layout: RawLayout,
  { ueCount, cellCount, reportPeriodMs }: { ueCount: number; cellCount: number; reportPeriodMs: number },
): ContextMemory {
  const { slots } = runtime.shape;
  const kept = (layout.reports - 1) * layout.stride + 1;
  const stateSize = layout.reports * slots * 2;
  /** [kept, ue, cell], a ring over reports; NaN where none was made since the phone came. */
  const rsrpRing = new Float32Array(kept * ueCount * cellCount).fill(Number.NaN);
  const sinrRing = new Float32Array(kept * ueCount * cellCount).fill(Number.NaN);
  let newest = 0;

  const replayed = async (ues: readonly number[], sent: StateBatch): Promise<StateBatch> => {
    const features = new Float32Array(layout.reports * ues.length * slots * FEATURES);
    for (let i = 0; i < ues.length; i++) {
      const row = rowOf(sent, i);
      for (let report = 0; report < layout.reports; report++) {
        writeReport(features, (report * ues.length + i) * slots * FEATURES, row, report);
      }
    }
    const values = await runtime.replay(features, ues.length);
    return { count: ues.length, size: runtime.stateSize, values };
  };

  return {
    ...memory,
    stateSize,
    observe(observations): Awaitable<void> {
      if (observations.hasReport) keep(observations);
      return memory.observe(observations);
    },
    forget(ue) {
      for (let at = 0; at < kept; at++) {
        const from = (at * ueCount + ue) * cellCount;
        rsrpRing.fill(Number.NaN, from, from + cellCount);
      }
      memory.forget(ue);
    },
    read(ues) {
      const values = new Float32Array(ues.length * stateSize).fill(MISSING);
      for (const [i, ue] of ues.entries()) pack(ue, values.subarray(i * stateSize, (i + 1) * stateSize));
      return { count: ues.length, size: stateSize, values };
    },
    async write(ues, states) {
      await memory.write(ues, await replayed(ues, states));
    },
  };

  function keep({ serving, reportedRsrpDbm, reportedSinrDb }: UeBatch): void {
    newest = (newest + 1) % kept;
    const at = newest * ueCount * cellCount;
    for (let ue = 0; ue < ueCount; ue++) {
      for (let cell = 0; cell < cellCount; cell++) {
        const entry = ue * cellCount + cell;
        const served = serving[ue] !== NONE;
        rsrpRing[at + entry] = served ? reportedRsrpDbm[entry] : Number.NaN;
        sinrRing[at + entry] = served ? reportedSinrDb[entry] : Number.NaN;
      }
    }
  }

  function pack(ue: number, out: Float32Array): void {
    const cells = memory.cellsOf(ue);
    for (let report = 0; report < layout.reports; report++) {
      const age = (layout.reports - 1 - report) * layout.stride;
      const ring = (newest - age + 2 * kept) % kept;
      for (const [slot, cell] of cells.entries()) {
        if (cell === NO_CELL) continue;
        const entry = (ring * ueCount + ue) * cellCount + cell;
        if (!(rsrpRing[entry] > UNHEARD_DBM) || Number.isNaN(sinrRing[entry])) continue;
        const at = (report * slots + slot) * 2;
        out[at] = Math.round(rsrpRing[entry] - RSRP_CENTRE_DBM);
        out[at + 1] = Math.round(sinrRing[entry] - SINR_CENTRE_DB);
      }
    }
  }

  function writeReport(features: Float32Array, at: number, row: Float32Array, report: number): void {
    const level = (slot: number): number => row[(report * slots + slot) * 2];
    let strongestDbm = Number.NEGATIVE_INFINITY;
    for (let slot = 0; slot < slots; slot++) {
      if (level(slot) > LEAST_LEVEL) strongestDbm = Math.max(strongestDbm, level(slot) + RSRP_CENTRE_DBM);
    }
    for (let slot = 0; slot < slots; slot++) {
      if (!(level(slot) > LEAST_LEVEL)) continue;
      const measured = {
        rsrpDbm: level(slot) + RSRP_CENTRE_DBM,
        sinrDb: row[(report * slots + slot) * 2 + 1] + SINR_CENTRE_DB,
        strongestDbm,
      };
      // As in training, where what is replayed are reports of the source with the time since the one before each.
      writeFeatures(features, at + slot * FEATURES, measured, reportPeriodMs);
    }
  }
}
