import { ranParams, ticksOf } from "../ran-params.ts";
import type { RanScenario } from "../scenario.ts";
import { createSensing } from "../sensing.ts";
import type { World } from "../world.ts";
import { AHEAD_MS, HANDOVER_MS, OUTAGE_WITHIN_MS, PREPARATION_MS } from "./context-shape.ts";
import { watchOutages } from "./outages.ts";

/** One world as the network saw it, report by report, and what came after each report. */
export interface Recording {
  readonly ueCount: number;
  readonly cellCount: number;
  readonly reportCount: number;
  readonly reportPeriodMs: number;
  /** The link that a phone needs, dB. */
  readonly qOutDb: number;
  /** [report, ue, cell] row-major: dBm and dB as reported. */
  readonly rsrpDbm: Float32Array;
  readonly sinrDb: Float32Array;
  /** [report, ue, cell] row-major, of the true link over the second after the report. */
  readonly futureRsrpDbm: Float32Array;
  readonly futureSinrDb: Float32Array;
  /** How long until the cell would fail the phone (`outages.ts`), ms; Infinity for not in sight. */
  readonly untilOutageMs: Float32Array;
  /** 1 where a command would be delivered by the cell that is the source of a handover requested on this report. */
  readonly delivers: Uint8Array;
  /** The 200 ms mean SINR when a handover requested on this report would complete. */
  readonly completionSinrDb: Float32Array;
  /** [cell, cell]: 1 where two cells share a site. */
  readonly sameSite: Uint8Array;
}

/**
 * Returns a world from `fromS` on, measured as the simulator measures it. Reports for which it is not known at
 * the end what {@link OUTAGE_WITHIN_MS} says of them are left out. Memory: 25 bytes a (report, phone, cell), and for the
 * time of recording 9 a (tick, phone, cell).
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
  const params = ranParams(scenario, tickMs, { procedure: "basic", sendsPayload: false });
  const foreseenTicks = ticksOf(Math.max(...OUTAGE_WITHIN_MS), tickMs) + params.t310Ticks;
  const outages = watchOutages(params, entries, tickCount);
  const sensing = createSensing(world, scenario, { seed, filterCoefficients: [] });
  const firstTick = Math.ceil((fromS * 1000) / tickMs / reportTicks) * reportTicks;
  const periods = Math.floor((tickCount - 1 - firstTick) / reportTicks);
  const reportCount = Math.max(0, periods - Math.ceil(foreseenTicks / reportTicks));
  // Per report period: sums of the true link over the ticks that follow the report.
  const rsrp = new Float32Array((periods + 1) * entries);
  const sinr = new Float32Array((periods + 1) * entries);
  const sumSinr = new Float32Array((periods + 1) * entries);
  const sumRsrp = new Float32Array((periods + 1) * entries);
  const meanSinrDb = new Float32Array(tickCount * entries);
  let period = -1;
  for (let tick = 0; tick < tickCount; tick++) {
    sensing.step(tick);
    const { links, sinrLinear } = sensing;
    outages.step(links.sinrDb);
    meanSinrDb.set(links.sinrDb, tick * entries);
    if (tick < firstTick || period > periods) continue;
    if ((tick - firstTick) % reportTicks === 0) {
      period++;
      if (period > periods) continue;
      rsrp.set(sensing.reportedDbm, period * entries);
      sinr.set(sensing.reportedSinrDb, period * entries);
    }
    const at = period * entries;
    for (let i = 0; i < entries; i++) {
      sumSinr[at + i] += sinrLinear[i];
      sumRsrp[at + i] += links.rsrpDbm[i];
    }
  }
  const size = reportCount * entries;
  const recording = {
    ueCount,
    cellCount,
    reportCount,
    reportPeriodMs: reportTicks * tickMs,
    qOutDb: params.qOutDb,
    rsrpDbm: rsrp.subarray(0, size),
    sinrDb: sinr.subarray(0, size),
    futureRsrpDbm: new Float32Array(size),
    futureSinrDb: new Float32Array(size),
    untilOutageMs: new Float32Array(size),
    delivers: new Uint8Array(size),
    completionSinrDb: new Float32Array(size),
    sameSite: sameSites(world),
  };
  const untilOutage = outages.untilOutage();
  const commandTicks = ticksOf(PREPARATION_MS, tickMs);
  const completionTicks = ticksOf(HANDOVER_MS, tickMs);
  for (let report = 0; report < reportCount; report++) {
    const tick = firstTick + report * reportTicks;
    for (let i = 0; i < entries; i++) {
      let sinrSum = 0;
      let rsrpSum = 0;
      let at = report * entries + i;
      for (let ahead = 0; ahead < aheadReports; ahead++, at += entries) {
        sinrSum += sumSinr[at];
        rsrpSum += sumRsrp[at];
      }
      const to = report * entries + i;
      const ticks = aheadReports * reportTicks;
      recording.futureSinrDb[to] = 10 * Math.log10(sinrSum / ticks);
      recording.futureRsrpDbm[to] = rsrpSum / ticks;
      recording.untilOutageMs[to] = untilOutage[tick * entries + i] * tickMs;
      recording.delivers[to] = outages.runs(tick + commandTicks, i) ? 0 : 1;
      recording.completionSinrDb[to] = meanSinrDb[(tick + completionTicks) * entries + i];
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
