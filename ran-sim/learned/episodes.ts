import { createStream, type RandomStream } from "#core";
import type { Feeds } from "#core/model";
import { UNHEARD_DBM } from "../policy/trend.ts";
import {
  type ContextShape,
  FEATURES,
  gapReports,
  OUTAGE_WITHIN_MS,
  OUTPUTS,
  output,
  rsrpFeature,
  sinrFeature,
  writeFeatures,
} from "./context-shape.ts";
import { type EpisodeShape, judgedBefore, judgedInstants, VALID, valid } from "./objective.ts";
import type { Recording } from "./recording.ts";

/**
 * Episodes: a phone near a cell edge, reports at its source, a hand-off, reports at its target. They are cut from
 * recordings at instants of their own, not where one rule would hand over, so that a model learns from more than the
 * choices of that rule.
 */
export interface Episode {
  readonly recording: Recording;
  readonly ue: number;
  /** Index of the report on which the HANDOVER REQUEST is sent. */
  readonly request: number;
  /** [slots]: cells by rank at the request, source and target first; -1 where there is none. */
  readonly cells: Int16Array;
  /** Added to every RSRP of the episode, dB: transmit powers and losses differ from network to network, SINRs do not. */
  readonly levelDb: number;
}

/** A cell this much below the strongest is no candidate for a hand-off. */
const EDGE_DB = 8;
/** The share of instants without such a candidate that are taken nevertheless: phones must be judged there too. */
const AWAY_FROM_EDGES = 0.3;
export const RIGHT_WITHIN_DB = 1;
/** What an outage counts that has begun: most cells are in one for most phones, and little is to be learned from it. */
const ALREADY_OUT = 0.1;
/** How far the levels of networks lie apart in training. */
const LEVEL_SIGMA_DB = 6;

/** Returns `count` episodes, drawn from the recordings in turn; fewer when phones are hardly ever near an edge. */
export function cutEpisodes(
  recordings: readonly Recording[],
  shape: ContextShape,
  episode: EpisodeShape,
  count: number,
  seed: number,
): readonly Episode[] {
  const random = createStream(seed, "episodes");
  const episodes: Episode[] = [];
  for (let draw = 0; episodes.length < count && draw < 20 * count; draw++) {
    const recording = recordings[draw % recordings.length];
    const gap = gapReports(recording);
    const span = recording.reportCount - episode.before - gap - episode.after;
    if (span < 1) continue;
    const ue = random.integer(recording.ueCount, draw, 0);
    const request = episode.before - 1 + random.integer(span, draw, 1);
    const cells = rankCells(recording, ue, request, shape.slots, random, draw);
    if (cells === null) continue;
    episodes.push({ recording, ue, request, cells, levelDb: LEVEL_SIGMA_DB * random.normal(draw, 0, 5) });
  }
  return episodes;
}

function rankCells(
  { rsrpDbm, ueCount, cellCount }: Recording,
  ue: number,
  report: number,
  slots: number,
  random: RandomStream,
  draw: number,
): Int16Array | null {
  const at = (report * ueCount + ue) * cellCount;
  const level = (cell: number): number => rsrpDbm[at + cell];
  const ranked = Array.from({ length: cellCount }, (_, cell) => cell)
    .filter((cell) => level(cell) > UNHEARD_DBM)
    .sort((a, b) => level(b) - level(a) || a - b);
  let near = ranked.filter((cell) => level(cell) > level(ranked[0]) - EDGE_DB).slice(0, 4);
  if (near.length < 2) {
    if (random.uniform(draw, 4) > AWAY_FROM_EDGES) return null;
    near = ranked.slice(0, 2);
  }
  if (near.length < 2) return null;
  const first = random.integer(near.length, draw, 2);
  const second = (first + 1 + random.integer(near.length - 1, draw, 3)) % near.length;
  const [source, target] = [near[first], near[second]];
  const order = [source, target, ...ranked.filter((cell) => cell !== source && cell !== target)];
  return Int16Array.from({ length: slots }, (_, slot) => order[slot] ?? -1);
}

/** The feeds of one training step, reused from step to step. */
export interface EpisodeBatch {
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly xn: Float32Array;
  readonly listed: Float32Array;
  readonly targets: Float32Array;
  readonly valid: Float32Array;
}

export function createEpisodeBatch({ slots }: ContextShape, shape: EpisodeShape): EpisodeBatch {
  const { batch, before, after } = shape;
  const instants = judgedInstants(shape);
  return {
    before: new Float32Array(before * batch * slots * FEATURES),
    after: new Float32Array(after * batch * slots * FEATURES),
    xn: new Float32Array(batch * slots * slots),
    listed: new Float32Array(batch * slots),
    targets: new Float32Array(instants * batch * slots * OUTPUTS),
    valid: new Float32Array(instants * batch * slots * VALID),
  };
}

/** Writes `episodes` [batch] into the feeds; `cold` says that the target's first report comes to an empty state. */
export function fillBatch(
  out: EpisodeBatch,
  episodes: readonly Episode[],
  { slots }: ContextShape,
  shape: EpisodeShape,
): Feeds {
  const { batch, before, after } = shape;
  for (const feed of Object.values(out)) feed.fill(0);
  const judged = judgedBefore(shape);
  for (const [row, { recording, ue, request, cells, levelDb }] of episodes.entries()) {
    const { reportPeriodMs, cellCount, sameSite } = recording;
    const gap = gapReports(recording);
    for (let i = 0; i < before; i++) {
      features(out.before, (i * batch + row) * slots, request - before + 1 + i, reportPeriodMs);
    }
    for (let i = 0; i < after; i++) {
      const elapsedMs = i === 0 ? gap * reportPeriodMs : reportPeriodMs;
      features(out.after, (i * batch + row) * slots, request + gap + i, elapsedMs);
    }
    for (const [i, at] of judged.entries()) future((i * batch + row) * slots, request - before + 1 + at);
    for (let i = 0; i <= after; i++) {
      future(((judged.length + i) * batch + row) * slots, request + gap - 1 + i);
    }
    for (let a = 0; a < slots; a++) {
      out.listed[row * slots + a] = cells[a] >= 0 ? 1 : 0;
      for (let b = 0; b < slots; b++) {
        if (cells[a] >= 0 && cells[b] >= 0) {
          out.xn[(row * slots + a) * slots + b] = sameSite[cells[a] * cellCount + cells[b]];
        }
      }
    }

    function features(to: Float32Array, at: number, report: number, elapsedMs: number): void {
      const from = (report * recording.ueCount + ue) * cellCount;
      let strongestDbm = Number.NEGATIVE_INFINITY;
      for (const cell of cells) {
        if (cell >= 0) strongestDbm = Math.max(strongestDbm, recording.rsrpDbm[from + cell]);
      }
      for (const [slot, cell] of cells.entries()) {
        if (cell < 0 || recording.rsrpDbm[from + cell] <= UNHEARD_DBM) continue;
        const measured = {
          rsrpDbm: recording.rsrpDbm[from + cell] + levelDb,
          sinrDb: recording.sinrDb[from + cell],
          strongestDbm: strongestDbm + levelDb,
        };
        writeFeatures(to, (at + slot) * FEATURES, measured, elapsedMs);
      }
    }

    function future(at: number, report: number): void {
      const from = (report * recording.ueCount + ue) * cellCount;
      let best = Number.NEGATIVE_INFINITY;
      for (let cell = 0; cell < cellCount; cell++) best = Math.max(best, recording.futureSinrDb[from + cell]);
      for (const [slot, cell] of cells.entries()) {
        if (cell < 0) continue;
        const i = from + cell;
        const to = (at + slot) * OUTPUTS;
        out.valid[(at + slot) * VALID + valid.cell] = 1;
        out.valid[(at + slot) * VALID + valid.outage] = recording.untilOutageMs[i] > 0 ? 1 : ALREADY_OUT;
        out.targets[to + output.rsrpMean] = rsrpFeature(recording.futureRsrpDbm[i] + levelDb);
        writeTruth(out.targets, to, recording, i);
        out.targets[to + output.right] = recording.futureSinrDb[i] >= best - RIGHT_WITHIN_DB ? 1 : 0;
      }
    }
  }
  return out as unknown as Feeds;
}

/** Writes at `to` what came true of entry `i` [report, ue, cell] of a recording: its mean SINR, and each probability as 0 or 1. */
export function writeTruth(out: Float32Array, to: number, recording: Recording, i: number): void {
  const untilMs = recording.untilOutageMs[i];
  out[to + output.sinrMean] = sinrFeature(recording.futureSinrDb[i]);
  for (const [horizon, withinMs] of OUTAGE_WITHIN_MS.entries()) {
    out[to + output.outage + horizon] = untilMs <= withinMs ? 1 : 0;
  }
  out[to + output.delivered] = recording.delivers[i];
  const reached = untilMs > 0 && recording.completionSinrDb[i] >= recording.qOutDb;
  out[to + output.reached] = reached ? 1 : 0;
}
