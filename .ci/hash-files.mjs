// When something has to be built again: the hash of what it is made of. Plain JavaScript, because the bundle needs it before TypeScript loads.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Returns the SHA-256, in hex, of names and contents of all files at or under `paths`, in a fixed order; of those under folders only what `takes`. */
export function hashOfFiles(paths, takes = () => true) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesUnder(path, takes)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesUnder(path, takes) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(takes)
    .sort();
}
