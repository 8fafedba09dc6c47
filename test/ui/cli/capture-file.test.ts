import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const run = (...more: string[]) =>
  runBaton(
    [
      ...["ran", "run", "two-cell", "--set", "durationS=10", "--set", "mobility.users=5", "--out", "runs"],
      ...more,
    ],
    { cwd: folder.path },
  );
const one = ["--arms", "whole", "--seed", "1"];

test("a run of one arm and one seed leaves a capture beside its run, and the same one each time", async () => {
  const { code, notes } = await run(...one, "--pcap", "xn.pcap");
  expect(code).toBe(0);
  expect(notes).toMatch(/Wrote [1-9]\d* XnAP messages to xn\.pcap\.\n/);
  const first = readFileSync(join(folder.path, "xn.pcap"));
  expect(notes).toContain("tshark -X lua_script:xn.pcap.lua -r xn.pcap -V");
  expect(readFileSync(join(folder.path, "xn.pcap.lua"), "utf8")).toContain('Proto("baton"');
  // Magic number of a classic pcap file with microseconds, little-endian.
  expect(first.subarray(0, 4).toString("hex")).toBe("d4c3b2a1");
  expect(first.length).toBeGreaterThan(1000);
  const again = await run(...one, "--pcap", "xn.pcap", "--json");
  expect([again.code, again.notes]).toEqual([0, ""]);
  expect(readFileSync(join(folder.path, "xn.pcap"))).toEqual(first);
});

test.each([
  ["several arms", ["--arms", "whole,cold", "--seed", "1"], /got 2 arms, 1 seed - name them/],
  ["the default arms", ["--seed", "1"], /got the default arms, 1 seed/],
  ["several seeds", ["--arms", "whole", "--seeds", "2"], /got 1 arm, 2 seeds/],
  ["a sweep", [...one, "--set", "payload.bytes=8,16"], /got 1 arm, 1 seed, a sweep of 2 points/],
  ["a resumed run", [...one, "--resume", "earlier"], /expected a run from its start/],
])("a capture of %s is refused, with what to do", async (_, words, problem) => {
  const { code, out, notes } = await run(...words, "--pcap", "xn.pcap");
  expect([code, out]).toEqual([2, ""]);
  expect(notes).toMatch(problem);
  expect(notes.trimEnd().split("\n")).toHaveLength(1);
  expect(readdirSync(folder.path)).toEqual([]);
});

test.each([
  ["a folder that does not exist", "nowhere/xn.pcap", "ENOENT"],
  ["a path that is a folder", ".", "EISDIR"],
  ["a path through a file", "file/xn.pcap", "ENOTDIR"],
])("%s is refused before the run", async (_, path, code) => {
  writeFileSync(join(folder.path, "file"), "");
  const said = await run(...one, "--pcap", path);
  expect([said.code, said.out]).toEqual([2, ""]);
  expect(said.notes).toContain(`got ${code} (docs/errors.md#capture-file)`);
  expect(existsSync(join(folder.path, "runs"))).toBe(false);
});

test("an estimate writes no capture, and whoever chooses the other carrier is told what it is", async () => {
  expect((await run(...one, "--pcap", "xn.pcap", "--dry-run")).code).toBe(0);
  expect(existsSync(join(folder.path, "xn.pcap"))).toBe(false);
  const { code, notes } = await run(...one, "--set", "xn.carrier=proposedIe");
  expect(code).toBe(0);
  expect(notes).toContain("NON-STANDARD");
});
