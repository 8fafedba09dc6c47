/** Writes each file of a built page a second time by brotli, once, so that no start of a server spends time on it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

/** Fonts and pictures are packed by their own formats. */
const packedAlready = /\.(?:br|woff2|png)$/;

/** Returns whether packing is worth while: for what it saves a tenth at least. */
export function isWorthPacking(packed: Buffer, body: Buffer): boolean {
  return packed.length < 0.9 * body.length;
}

/** Writes `name.br` beside every file under `folder` that becomes a tenth shorter by brotli at its highest quality. */
export function packFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || packedAlready.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const body = readFileSync(path);
    const packed = brotliCompressSync(body);
    if (isWorthPacking(packed, body)) writeFileSync(`${path}.br`, packed);
  }
}
