import { expect, test } from "vitest";
import { lineOfSight } from "../../../ran-sim/metrics/line-of-sight.ts";
import { loadRanScenario } from "../../../ran-sim/scenario-file.ts";

const settings = [
  { path: "mobility.users", value: 3 },
  { path: "layout.sites", value: 1 },
  { path: "durationS", value: 60 },
];

test("line of sight to a cell ends and begins in turn, and cells of one site change together", () => {
  const changes = lineOfSight(loadRanScenario("hex-uma", settings), 1, 0)?.(0, 60, ["0a", "0b"]) ?? [];
  expect(changes.length).toBeGreaterThan(1);
  const of = (cell: string) => changes.filter((change) => change.cell === cell);
  expect(of("0a").map(({ timeS, seen }) => [timeS, seen])).toEqual(
    of("0b").map(({ timeS, seen }) => [timeS, seen]),
  );
  for (const [i, { seen }] of of("0a").entries()) expect(seen).toBe(of("0a")[0].seen === (i % 2 === 0));
});

test("where all is in line of sight nothing changes", () => {
  const always = [...settings, { path: "radio.lineOfSight", value: "always" }];
  expect(lineOfSight(loadRanScenario("hex-uma", always), 1, 0)?.(0, 60, ["0a"])).toEqual([]);
});
