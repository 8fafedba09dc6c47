// Open-loop replay of a drive: what our A3 rule would have decided on what was measured, beside what the operator did.
import type { DriveTest, NeighbourMeasurement } from "./drive-test.ts";

/** The A3 rule (38.331 5.5.4.4) and how the comparison is made. */
export interface DriveTestReplayParameters {
  readonly a3OffsetDb: number;
  readonly a3HysteresisDb: number;
  /** Rounds up to the next sample: at 1 Hz, 160 ms acts as 1 s. */
  readonly timeToTriggerMs: number;
  /** A trigger and the operator's next change are the same handover when at most this far apart. Default 3000. */
  readonly matchWindowMs?: number;
  /** Time served further than this below the best neighbour counts as late. Default 3. */
  readonly belowBestDb?: number;
  /** A sample speaks for the time until the next one, but for no longer than this; a longer gap restarts the rule. Default 3000. */
  readonly maxGapMs?: number;
}

/**
 * Our rule beside the operator's on one drive. **Open loop**: our trigger changes neither the serving cell nor anything that
 * is measured after it, because what another choice would have led to was not recorded.
 *
 * It can tell whether and how much sooner our rule would have asked for the handovers that took place, how often it would
 * have asked for one that did not (`oursOnlyMs`), and how long the phone stayed in a clearly weaker cell.
 * It cannot tell by how much our rule would have been later: once the operator has changed cells a trigger is about leaving
 * the new one, so a slower rule shows as `operatorOnlyMs` and leads are never negative. Nor handovers completed, failures, ping-pongs or interruption under our rule, nor throughput; nor whether a
 * trigger of ours names the operator's target when the tool does not identify the neighbour (G-NetTrack). At one sample
 * a second times are known to a second, and a neighbour that was not listed was not seen rather than weak.
 */
export interface DriveTestReplay {
  readonly name: string;
  /** Our triggers. `neighbourId` null: an unnamed neighbour. */
  readonly triggers: readonly { readonly timeMs: number; readonly neighbourId: string | null }[];
  /** Times of the operator's changes of cell (*cited*: their decision). */
  readonly operatorChangesMs: readonly number[];
  /** The first trigger within the window before a change, in the cell that the change left; `leadMs` > 0. */
  readonly both: readonly {
    readonly oursMs: number;
    readonly operatorMs: number;
    readonly leadMs: number;
  }[];
  readonly oursOnlyMs: readonly number[];
  readonly operatorOnlyMs: readonly number[];
  /** Median of `leadMs`; null when nothing matched. */
  readonly medianLeadMs: number | null;
  /** Time for which samples speak. */
  readonly observedMs: number;
  /** The part of it in which the serving cell and a neighbour were both measured. */
  readonly comparableMs: number;
  /** The part of that in which the serving RSRP was more than `belowBestDb` below the best neighbour's. */
  readonly belowBestMs: number;
}

/**
 * Returns the replay of one drive. Entering, strictly: Mn - Hys > Ms + Off on every sample until time-to-trigger has passed;
 * leaving, for as long: Mn + Hys < Ms + Off, and only then can the same neighbour trigger again. Unnamed neighbours count as
 * one. The rule starts afresh when the serving cell changes, after a gap, and for a neighbour that is not measured.
 * Values are used as the phone gave them: it has filtered them already, and at one sample a second there is nothing to filter.
 */
export function replayDriveTest(drive: DriveTest, parameters: DriveTestReplayParameters): DriveTestReplay {
  const { matchWindowMs = 3000, belowBestDb = 3, maxGapMs = 3000 } = parameters;
  const triggers: { timeMs: number; neighbourId: string | null }[] = [];
  let watched = new Map<string | null, NeighbourState>();
  let observedMs = 0;
  let comparableMs = 0;
  let belowBestMs = 0;

  for (let index = 0; index < drive.sampleCount; index++) {
    const timeMs = drive.timeMs[index] as number;
    const afterGap = index > 0 && timeMs - (drive.timeMs[index - 1] as number) > maxGapMs;
    if (afterGap || drive.servingCellId[index] !== drive.servingCellId[index - 1]) watched = new Map();
    const servingDbm = drive.servingRsrpDbm[index] ?? null;
    const strongest = strongestByName(drive.neighbours[index] ?? []);

    const next = new Map<string | null, NeighbourState>();
    if (servingDbm !== null) {
      for (const [neighbourId, neighbourDbm] of strongest) {
        const state = stepA3(watched.get(neighbourId) ?? far, timeMs, servingDbm, neighbourDbm, parameters);
        if (state.phase === "triggered" && watched.get(neighbourId)?.phase !== "triggered") {
          triggers.push({ timeMs, neighbourId });
        }
        next.set(neighbourId, state);
      }
    }
    watched = next;

    const spanMs = Math.min((drive.timeMs[index + 1] ?? timeMs) - timeMs, maxGapMs);
    observedMs += spanMs;
    if (servingDbm !== null && strongest.size > 0) {
      comparableMs += spanMs;
      if (Math.max(...strongest.values()) - servingDbm > belowBestDb) belowBestMs += spanMs;
    }
  }

  const operatorChangesMs = drive.events
    .filter((event) => event.origin === "derived")
    .map((event) => event.timeMs);
  const oursMs = triggers.map((trigger) => trigger.timeMs);
  const matches = matchInOrder(oursMs, operatorChangesMs, matchWindowMs);
  return {
    name: drive.name,
    triggers,
    operatorChangesMs,
    ...matches,
    medianLeadMs: median(matches.both.map((match) => match.leadMs)),
    observedMs,
    comparableMs,
    belowBestMs,
  };
}

/** `sinceMs`: since when the condition that would end the phase has held; null when it does not hold. */
interface NeighbourState {
  readonly phase: "far" | "triggered";
  readonly sinceMs: number | null;
}

const far: NeighbourState = { phase: "far", sinceMs: null };

function stepA3(
  state: NeighbourState,
  timeMs: number,
  servingDbm: number,
  neighbourDbm: number,
  { a3OffsetDb, a3HysteresisDb, timeToTriggerMs }: DriveTestReplayParameters,
): NeighbourState {
  const thresholdDbm = servingDbm + a3OffsetDb;
  const holds =
    state.phase === "far"
      ? neighbourDbm - a3HysteresisDb > thresholdDbm
      : neighbourDbm + a3HysteresisDb < thresholdDbm;
  if (!holds) return { phase: state.phase, sinceMs: null };
  const sinceMs = state.sinceMs ?? timeMs;
  if (timeMs - sinceMs < timeToTriggerMs) return { phase: state.phase, sinceMs };
  return { phase: state.phase === "far" ? "triggered" : "far", sinceMs: null };
}

function strongestByName(neighbours: readonly NeighbourMeasurement[]): Map<string | null, number> {
  const strongest = new Map<string | null, number>();
  for (const { id, rsrpDbm } of neighbours) {
    strongest.set(id, Math.max(rsrpDbm, strongest.get(id) ?? Number.NEGATIVE_INFINITY));
  }
  return strongest;
}

/** Both lists rise; a trigger at the instant of a change was made in the new cell. */
function matchInOrder(oursMs: readonly number[], operatorMs: readonly number[], windowMs: number) {
  const both: { oursMs: number; operatorMs: number; leadMs: number }[] = [];
  const oursOnlyMs: number[] = [];
  const operatorOnlyMs: number[] = [];
  let next = 0;
  for (const change of operatorMs) {
    let matched = false;
    for (; next < oursMs.length && (oursMs[next] as number) < change; next++) {
      const ours = oursMs[next] as number;
      if (matched || change - ours > windowMs) oursOnlyMs.push(ours);
      else both.push({ oursMs: ours, operatorMs: change, leadMs: change - ours });
      matched ||= change - ours <= windowMs;
    }
    if (!matched) operatorOnlyMs.push(change);
  }
  return { both, oursOnlyMs: [...oursOnlyMs, ...oursMs.slice(next)], operatorOnlyMs };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
