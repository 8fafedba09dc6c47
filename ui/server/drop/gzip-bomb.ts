/** A gzip that unpacks to more than anything here reads: found before a reader spends minutes on it. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { BadInputError, isGzip } from "#core";

/** As of archives of traces. */
const mostUnpackedBytes = 2 ** 30;
/** Logs and tables shrink to a thirtieth; ten thousand lines that are alike, to less than a hundredth. */
const mostRatio = 250;
/** Below this many bytes no ratio is refused. */
const smallBytes = 64 << 20;

/** Throws BadInputError `trace-archive` for a gzip of more than 1 GiB, or of more than 64 MiB that is 250 times its packed size. */
export async function refuseGzipBomb(name: string, packedBytes: number): Promise<void> {
  if (!(await isPacked(name))) return;
  const most = Math.min(mostUnpackedBytes, Math.max(smallBytes, mostRatio * packedBytes));
  let bytes = 0;
  try {
    for await (const piece of createReadStream(name).pipe(createGunzip())) {
      bytes += (piece as Buffer).length;
      if (bytes > most) break;
    }
  } catch {
    // A damaged archive is for its reader to refuse, in the words of the command.
  }
  if (bytes > most) throw tooLarge(name, packedBytes, most);
}

async function isPacked(name: string): Promise<boolean> {
  for await (const piece of createReadStream(name, { end: 9 })) return isGzip(piece as Buffer);
  return false;
}

function tooLarge(name: string, packedBytes: number, most: number): BadInputError {
  return new BadInputError("trace-archive", {
    subject: name,
    expected: `at most ${most} bytes unpacked`,
    got: `more, from ${packedBytes} bytes packed`,
    remedy: "unpack it and run the part that is a trace",
  });
}
