import { ticksOf } from "../ran-params.ts";
import type { RanScenario } from "../scenario.ts";
import { createSensing } from "../sensing.ts";
import type { World } from "../world.ts";
import { AHEAD_MS, LONG_AHEAD_MS } from "./context-shape.ts";

/** One world as the network saw it, report by report, and what came after each report. */
export interface Recording {
  readonly ueCount: number;
  readonly cellCount: number;
  readonly reportCount: number;
  readonly reportPeriodMs: number;
  /** [report, ue, cell] row-major: dBm and dB as reported. */
  readonly rsrpDbm: Float32Array;
  readonly sinrDb: Float32Array;
  /** [report, ue, cell] row-major, of the true link over the second after the report. */
  readonly futureRsrpDbm: Float32Array;
  readonly futureSinrDb: Float32Array;
  /** The lowest L1 SINR in the next one and two seconds. */
  readonly futureLowestDb: Float32Array;
  readonly futureLowestLongDb: Float32Array;
  /** [ue, ue-independent cell pair]: 1 where two cells share a site, [cell, cell]. */
  readonly sameSite: Uint8Array;
}

/**
 * Returns a world from `fromS` on, measured as the simulator measures it. Reports whose two seconds ahead lie beyond the
 * end are left out. Memory: 24 bytes a (report, phone, cell).
 */
export function recordWorld(
  world: World & { readonly layout?: { readonly cells: readonly { readonly site: number }[] } },
  scenario: RanScenario,
  seed: number,
  fromS = 1,
): Recording {
  const { ueCount, cellCount, tickMs, tickCount } = world;
  const entries = ueCount * cellCount;
  const reportTicks = Math.max(1, ticksOf(scenario.network.reportPeriodMs, tickMs));
  const aheadReports = Math.max(1, Math.round(AHEAD_MS / (reportTicks * tickMs)));
  const longReports = Math.max(1, Math.round(LONG_AHEAD_MS / (reportTicks * tickMs)));
  const sensing = createSensing(world, scenario, { seed, filterCoefficients: [] });
  const firstTick = Math.ceil((fromS * 1000) / tickMs / reportTicks) * reportTicks;
  const periods = Math.floor((tickCount - 1 - firstTick) / reportTicks);
  const reportCount = Math.max(0, periods - longReports);
  // Per report period: sums and lows of the true link over the ticks that follow the report.
  const rsrp = new Float32Array((periods + 1) * entries);
  const sinr = new Float32Array((periods + 1) * entries);
  const sumSinr = new Float32Array((periods + 1) * entries);
  const sumRsrp = new Float32Array((periods + 1) * entries);
  const lowest = new Float32Array((periods + 1) * entries).fill(Number.POSITIVE_INFINITY);
  let period = -1;
  for (let tick = 0; tick < tickCount && period <= periods; tick++) {
    sensing.step(tick);
    if (tick < firstTick) continue;
    if ((tick - firstTick) % reportTicks === 0) {
      period++;
      if (period > periods) break;
      rsrp.set(sensing.reportedDbm, period * entries);
      sinr.set(sensing.reportedSinrDb, period * entries);
    }
    const at = period * entries;
    const { links, sinrLinear } = sensing;
    for (let i = 0; i < entries; i++) {
      sumSinr[at + i] += sinrLinear[i];
      sumRsrp[at + i] += links.rsrpDbm[i];
      if (links.sinrDb[i] < lowest[at + i]) lowest[at + i] = links.sinrDb[i];
    }
  }
  const size = reportCount * entries;
  const recording = {
    ueCount,
    cellCount,
    reportCount,
    reportPeriodMs: reportTicks * tickMs,
    rsrpDbm: rsrp.subarray(0, size),
    sinrDb: sinr.subarray(0, size),
    futureRsrpDbm: new Float32Array(size),
    futureSinrDb: new Float32Array(size),
    futureLowestDb: new Float32Array(size),
    futureLowestLongDb: new Float32Array(size),
    sameSite: sameSites(world),
  };
  for (let report = 0; report < reportCount; report++) {
    for (let i = 0; i < entries; i++) {
      let sinrSum = 0;
      let rsrpSum = 0;
      let low = Number.POSITIVE_INFINITY;
      let at = report * entries + i;
      for (let ahead = 0; ahead < aheadReports; ahead++, at += entries) {
        sinrSum += sumSinr[at];
        rsrpSum += sumRsrp[at];
        if (lowest[at] < low) low = lowest[at];
      }
      const to = report * entries + i;
      const ticks = aheadReports * reportTicks;
      recording.futureSinrDb[to] = 10 * Math.log10(sinrSum / ticks);
      recording.futureRsrpDbm[to] = rsrpSum / ticks;
      recording.futureLowestDb[to] = low;
      for (let ahead = aheadReports; ahead < longReports; ahead++, at += entries) {
        if (lowest[at] < low) low = lowest[at];
      }
      recording.futureLowestLongDb[to] = low;
    }
  }
  return recording;
}

/** Returns [cell, cell]: 1 where two cells are known to share a site; a trace tells of none. */
export function sameSites({
  cellCount,
  layout,
}: {
  readonly cellCount: number;
  readonly layout?: { readonly cells: readonly { readonly site: number }[] };
}): Uint8Array {
  const same = new Uint8Array(cellCount * cellCount);
  if (layout === undefined) return same;
  const sites = layout.cells.map(({ site }) => site);
  for (let a = 0; a < cellCount; a++) {
    for (let b = 0; b < cellCount; b++) same[a * cellCount + b] = a !== b && sites[a] === sites[b] ? 1 : 0;
  }
  return same;
}
