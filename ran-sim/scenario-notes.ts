import { basename } from "node:path";
import { readSites } from "./layout/create-plan.ts";
import { presenceOf } from "./mobility/trace-replay.ts";
import { trackNotes } from "./mobility/tracks/tracks.ts";
import { userGroups } from "./mobility/user-groups.ts";
import { atEndOf, readRecording } from "./mobility/users.ts";
import type { RanScenario } from "./scenario.ts";

/** What was made of the files that a scenario names: for the user to see, and stored with the run. */

/**
 * Returns a line for each thing that was set aside, put in order, found out or assumed in the scenario's files, and on how long
 * phones of recorded tracks are there. Throws BadInputError as the readers do.
 */
export function scenarioNotes(scenario: RanScenario): readonly string[] {
  const { layout, mobility } = scenario;
  const sites =
    layout.kind === "custom"
      ? readSites(layout).notes.map((note) => `${basename(layout.file)}: ${note}`)
      : [];
  const tracks = userGroups(mobility).flatMap(({ model, count, path }) => {
    if (model.kind !== "trace") return [];
    const recording = readRecording(model, path);
    const notes = trackNotes(recording).map((note) => `${basename(model.file)}: ${note}`);
    if (atEndOf(model, recording) !== "absent") return notes;
    const presence = presenceOf(recording.tracks.slice(0, count), model.startS);
    return [...notes, `${basename(model.file)}: ${presenceNote(presence, scenario)}`];
  });
  return [...sites, ...tracks];
}

function presenceNote(
  { fromS, untilS }: ReturnType<typeof presenceOf>,
  { warmUpS, durationS }: RanScenario,
): string {
  const endS = warmUpS + durationS;
  const countedS = fromS.reduce(
    (sum, from, i) => sum + Math.max(0, Math.min(endS, untilS[i]) - Math.max(warmUpS, from)),
    0,
  );
  const there = "phones are there from their first sample to their last";
  if (countedS > 0) return `${there}: ${Number(countedS.toFixed(3))} s in all after the warm-up`;
  return `${there}, and none is after the warm-up of ${warmUpS} s: nothing can be counted; set warmUpS: 0, or atEnd: stay`;
}
