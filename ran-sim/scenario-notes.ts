import { basename } from "node:path";
import { BadInputError } from "#core";
import { readSites } from "./layout/create-plan.ts";
import { presenceOf } from "./mobility/trace-replay.ts";
import { trackNotes } from "./mobility/tracks/tracks.ts";
import { userGroups } from "./mobility/user-groups.ts";
import { atEndOf, readRecording } from "./mobility/users.ts";
import type { RanScenario } from "./scenario.ts";

/** What was made of the files that a scenario names: for the user to see, and stored with the run. */

/**
 * Returns a line for each thing that was set aside, put in order, found out or assumed in the scenario's files, and on how long
 * phones of recorded tracks are there. Throws BadInputError as the readers do, and where every phone is of such a track and none is
 * there after the warm-up: such a run counts nothing.
 */
export function scenarioNotes(scenario: RanScenario): readonly string[] {
  const { layout, mobility } = scenario;
  const sites =
    layout.kind === "custom"
      ? readSites(layout).notes.map((note) => `${basename(layout.file)}: ${note}`)
      : [];
  /** Of a group that is counted the whole time nothing is told. */
  const groups = userGroups(mobility).filter(({ count }) => count > 0);
  const counted = groups.map(({ model, count, path }) => {
    if (model.kind !== "trace") return { notes: [], presence: null };
    const recording = readRecording(model, path);
    const notes = trackNotes(recording).map((note) => `${basename(model.file)}: ${note}`);
    if (atEndOf(model, recording) !== "absent") return { notes, presence: null };
    const presence = presenceInRun(presenceOf(recording.tracks.slice(0, count), model.startS), scenario);
    return {
      notes: [...notes, `${basename(model.file)}: ${presenceNote(presence)}`],
      presence: { ...presence, subject: `${path}.file (${model.file})` },
    };
  });
  const presences = counted.flatMap(({ presence }) => presence ?? []);
  if (presences.length === counted.length && presences.every(({ countedS }) => countedS === 0)) {
    throw nothingCounted(presences[0], scenario);
  }
  return [...sites, ...counted.flatMap(({ notes }) => notes)];
}

/** When the phones of a group are there, in seconds of the simulation. */
interface PresenceInRun {
  readonly firstS: number;
  readonly lastS: number;
  /** Of all phones together, after the warm-up. */
  readonly countedS: number;
}

function presenceInRun(
  { fromS, untilS }: ReturnType<typeof presenceOf>,
  { warmUpS, durationS }: RanScenario,
): PresenceInRun {
  const endS = warmUpS + durationS;
  const countedS = fromS.reduce(
    (sum, from, i) => sum + Math.max(0, Math.min(endS, untilS[i]) - Math.max(warmUpS, from)),
    0,
  );
  // One by one: a recording has more tracks than a call takes arguments.
  return {
    firstS: fromS.reduce((first, from) => Math.min(first, from), Number.POSITIVE_INFINITY),
    lastS: untilS.reduce((last, until) => Math.max(last, until), Number.NEGATIVE_INFINITY),
    countedS,
  };
}

function presenceNote({ countedS }: PresenceInRun): string {
  const there = "phones are there from their first sample to their last";
  if (countedS > 0) return `${there}: ${seconds(countedS)} in all after the warm-up`;
  return `${there}, and none of this file in what is counted`;
}

function nothingCounted(
  { subject, firstS, lastS }: PresenceInRun & { readonly subject: string },
  { warmUpS, durationS }: RanScenario,
): BadInputError {
  return new BadInputError("nothing-counted", {
    subject,
    expected: `a phone that is there between ${seconds(warmUpS)}, the end of the warm-up, and ${seconds(warmUpS + durationS)}, the end of the run`,
    got: `phones from ${seconds(firstS)} to ${seconds(lastS)} only, so that nothing can be counted`,
    // A phone of a single sample is there for no time, whenever counting begins.
    remedy: lastS > firstS ? "set warmUpS: 0, another startS, or atEnd: stay" : "set atEnd: stay",
  });
}

function seconds(timeS: number): string {
  return `${Number(timeS.toFixed(3))} s`;
}
