/** A request's body to a file, held to a size while it comes. */
import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { basename } from "node:path";
import { BadInputError } from "#core";
import { mostDroppedBytes } from "../../drop-line.ts";
import { HttpRefusal } from "../routes.ts";

/**
 * Returns a name that is safe in a folder of its own and on a command line: the last part of `name`, without control characters, at most
 * 100 characters, its ending kept. The refusals of readers begin with it.
 */
export function safeName(name: string): string {
  const last = basename(name.replaceAll("\\", "/")).normalize("NFC");
  const plain = last.replaceAll(/[^\p{L}\p{N} ._()+-]/gu, "_").replace(/^[. -]+/, "");
  const [, stem, ending] = /^(.*?)((?:\.\w{1,8}){0,2})$/.exec(plain) ?? ["", plain, ""];
  return `${stem.slice(0, 80) || "file"}${ending}`;
}

/** Writes the body to `path`. Throws HttpRefusal 413 beyond the limit; what has been written then stays, for the caller to delete. */
export async function receiveFile(request: IncomingMessage, path: string, name: string): Promise<void> {
  requireSize(Number(request.headers["content-length"] ?? 0), name);
  const file = await open(path, "wx", 0o600);
  let bytes = 0;
  try {
    // The connection is kept: the refusal goes back through it.
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      bytes += (part as Buffer).length;
      requireSize(bytes, name);
      await file.write(part as Buffer);
    }
  } finally {
    await file.close();
  }
}

function requireSize(bytes: number, name: string): void {
  if (bytes <= mostDroppedBytes) return;
  const { code, message } = new BadInputError("dropped-file", {
    subject: name,
    expected: `at most ${mostDroppedBytes} bytes`,
    got: "more",
    remedy: "give it to the command line, which has no such limit: baton agent import, ran replay, ran run",
  });
  throw new HttpRefusal(413, code, message);
}
