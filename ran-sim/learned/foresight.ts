import type { ContextMemory } from "./context-memory.ts";
import { OUTAGE_WITHIN_MS, OUTPUTS, output } from "./context-shape.ts";
import { writeTruth } from "./episodes.ts";
import type { Recording } from "./recording.ts";

/**
 * What of a model's expectations is replaced by what came true, to find out which knowledge a rule lacks: an ablation, never an arm.
 *
 * outage250: whether the cell fails the phone within the last chance to leave; outage1200: within a second or so; outages: both
 * and the other horizons; sinr: the mean SINR over the next second; arrival: whether the command is delivered and the cell reached.
 */
export type Foreseen = "outage250" | "outage1200" | "outages" | "sinr" | "arrival";

/** The logit of what is known for certain: far from 0, and finite. */
const CERTAIN = 8;

/** Returns what came true of one cell after a report in the shape of an expectation, [OUTPUTS]; `entry` is of (report, ue, cell). */
export function truthOf(recording: Recording, entry: number): Float32Array {
  const truth = new Float32Array(OUTPUTS);
  writeTruth(truth, 0, recording, entry);
  for (const place of [...placesOf("outages"), ...placesOf("arrival")]) {
    truth[place] = truth[place] === 1 ? CERTAIN : -CERTAIN;
  }
  return truth;
}

/**
 * Returns `memory` with the truth of `recording`, which begins with the world, in the places of `foreseen`. After the last report
 * of which the future is recorded it is as it was.
 */
export function withForesight(
  memory: ContextMemory,
  recording: Recording,
  foreseen: readonly Foreseen[],
): ContextMemory {
  const { ueCount, cellCount, reportCount, reportPeriodMs } = recording;
  const places = foreseen.flatMap(placesOf);
  let report = 0;
  return {
    ...memory,
    observe(observations) {
      if (observations.hasReport) report = Math.round((observations.timeS * 1000) / reportPeriodMs);
      return memory.observe(observations);
    },
    expectation(ue, cell) {
      const expected = memory.expectation(ue, cell);
      if (expected === undefined || report >= reportCount) return expected;
      const truth = truthOf(recording, (report * ueCount + ue) * cellCount + cell);
      const told = Float32Array.from(expected);
      for (const place of places) told[place] = truth[place];
      return told;
    },
  };
}

function placesOf(foreseen: Foreseen): readonly number[] {
  const outage = (withinMs: (typeof OUTAGE_WITHIN_MS)[number]): number =>
    output.outage + OUTAGE_WITHIN_MS.indexOf(withinMs);
  switch (foreseen) {
    case "outage250":
      return [outage(250)];
    case "outage1200":
      return [outage(1200)];
    case "outages":
      return OUTAGE_WITHIN_MS.map(outage);
    case "sinr":
      return [output.sinrMean];
    case "arrival":
      return [output.delivered, output.reached];
  }
}
