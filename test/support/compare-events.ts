/**
 * Compares the events of another version of the project with those of this one: `npm run -s compare-events -- --against <git revision>`, with
 * `--only <world>`. Prints the first event of each phone that differs, with how far the target was above the source in each version, and a
 * verdict. Needs no network: the other version borrows this one's packages.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareEvents, type EventRow } from "./event-differences.ts";
import { sharedPath } from "./shared-data.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values: flags } = parseArgs({ options: { against: { type: "string" }, only: { type: "string" } } });
const worlds: Readonly<Record<string, readonly [string, number]>> = {
  "hex-uma": ["hex-uma", 20],
  walk: ["walk", 40],
  "highway-rma": ["highway-rma", 20],
  indoor: ["indoor", 20],
  manhattan: ["manhattan", 20],
  replay: [sharedPath("data", "karlsruhe", "30kmh_10.csv.gz"), 0],
};
const write = (line: string): void => void process.stdout.write(`${line}\n`);

function call(command: string, args: readonly string[], cwd: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr.toString().trim()}`);
  return stdout;
}

function eventsOf(folder: string, out: string, [name, durationS]: readonly [string, number]): EventRow[] {
  const args = ["--import", "tsx", "test/support/write-events.ts", out, name, `${durationS}`];
  call(process.execPath, args, folder);
  const lines = readFileSync(out, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as EventRow);
}

function told(row: EventRow | null): string {
  if (row === null) return "no event";
  const { time_s, type, source, target, source_rsrp_dbm: from, target_rsrp_dbm: to } = row;
  const gap =
    typeof from === "number" && typeof to === "number" ? `${(to - from).toFixed(6)} dB` : "no level";
  return `${time_s} s ${type} ${source} -> ${target} (target over source: ${gap})`;
}

if (flags.against === undefined) throw new Error("--against: expected a git revision, got none");
if (flags.only !== undefined && !(flags.only in worlds)) {
  throw new Error(`--only: expected one of ${Object.keys(worlds).join(", ")}, got ${flags.only}`);
}
const temporary = mkdtempSync(join(tmpdir(), "baton-events-"));
try {
  const other = join(temporary, "other");
  mkdirSync(other);
  const tar = join(temporary, "other.tar");
  call("git", ["archive", "--output", tar, flags.against], root);
  call("tar", ["-xf", tar, "-C", other], root);
  symlinkSync(join(root, "node_modules"), join(other, "node_modules"), "junction");
  copyFileSync(join(root, "test/support/write-events.ts"), join(other, "test/support/write-events.ts"));
  let [events, parted, levelDb] = [0, 0, 0];
  const absent: string[] = [];
  for (const [label, world] of Object.entries(worlds)) {
    if (flags.only !== undefined && flags.only !== label) continue;
    if (label === "replay" && !existsSync(world[0])) {
      absent.push(label);
      continue;
    }
    const before = eventsOf(other, join(temporary, "before.ndjson"), world);
    const found = compareEvents(before, eventsOf(root, join(temporary, "after.ndjson"), world));
    const gap = `levels within ${found.levelDb.toExponential(1)} dB`;
    write(`${label}: ${found.counts.join(" and ")} events, ${found.differences.length} phones part, ${gap}`);
    for (const { phone, before: old, after } of found.differences)
      write(`  ${phone}: before ${told(old)}; now ${told(after)}`);
    events += found.counts[1];
    parted += found.differences.length;
    levelDb = Math.max(levelDb, found.levelDb);
  }
  const verdict = events === 0 ? "nothing compared" : parted === 0 ? "same events" : `${parted} phones part`;
  const left = absent.length === 0 ? "" : `; not compared, no such file: ${absent.join(", ")}`;
  write(
    `verdict: ${verdict} of ${events} against ${flags.against}, levels within ${levelDb.toExponential(1)} dB${left}`,
  );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
