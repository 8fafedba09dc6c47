import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { BadInputError } from "#core";
import type { RunFlags } from "./flags.ts";

/** Where `--pcap` writes: checked before a run, written after it. */
export interface CaptureFile {
  /** Throws a BadInputError when the file cannot be written any more. */
  write(bytes: Uint8Array): void;
}

/**
 * Returns the file at `path`, an absolute one that replaces what was there; nothing is written yet. Throws a BadInputError
 * unless the run is of one arm, one seed and no sweep, which make one network, and starts at its beginning; and for a
 * path that cannot be written.
 */
export function openCaptureFile(path: string, flags: RunFlags): CaptureFile {
  const arms = flags.arms?.length ?? 0;
  if (arms !== 1 || flags.seeds.length !== 1 || flags.sweep.length !== 1) {
    const given = [
      arms === 0 ? "the default arms" : `${arms} arm${arms === 1 ? "" : "s"}`,
      `${flags.seeds.length} seed${flags.seeds.length === 1 ? "" : "s"}`,
      ...(flags.sweep.length === 1 ? [] : [`a sweep of ${flags.sweep.length} points`]),
    ];
    throw new BadInputError("bad-flag", {
      subject: "flag --pcap",
      expected: "one arm, one seed and no sweep: a capture is of one network",
      got: given.join(", "),
      remedy: "name them, as in --arms pca --seed 1",
    });
  }
  if (flags.resume !== undefined) {
    throw new BadInputError("bad-flag", {
      subject: "flag --pcap",
      expected: "a run from its start",
      got: `--resume ${flags.resume}, whose finished worlds are not run again`,
      remedy: "run it again without --resume",
    });
  }
  const isNew = !existsSync(path);
  guarded(path, () => closeSync(openSync(path, "a")));
  if (isNew) rmSync(path);
  return { write: (bytes) => guarded(path, () => writeFileSync(path, bytes)) };
}

function guarded(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new BadInputError("capture-file", {
      subject: `flag --pcap ${path}`,
      expected: "a file that can be written, in a folder that exists",
      got: error instanceof Error && "code" in error ? String(error.code) : String(error),
    });
  }
}
