import { BadInputError } from "#core";
import type { LeftOut, RunManifest } from "#core/node";

/** Throws a BadInputError when a table that a command needs of one run is not what was written. */
export function refuseDamaged(leftOut: readonly LeftOut[], manifest: RunManifest): void {
  const [first] = leftOut;
  if (first === undefined) return;
  throw new BadInputError("damaged-run", {
    subject: `run ${manifest.id}, ${first.part}`,
    expected: "the table that the run wrote",
    got: first.reason,
    remedy: `run it again: npm run -s baton -- ${manifest.command.join(" ")}`,
  });
}
