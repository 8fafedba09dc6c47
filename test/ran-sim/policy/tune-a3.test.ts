import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { a3Grid, bestOf, tuneA3 } from "../../../ran-sim/policy/tune-a3.ts";
import { tunedA3, tunedSchema } from "../../../ran-sim/policy/tuned-a3.ts";
import { loadRanScenario } from "../../../ran-sim/scenario-file.ts";

const file = new URL("../../../ran-sim/policy/weights/a3-tuned.json", import.meta.url);

test("the file of a3-tuned holds the whole front, and the point of least sum on it", () => {
  const { chosen, points, manifest } = tunedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  expect(points.length).toBe(a3Grid.length);
  expect(points.length).toBeGreaterThanOrEqual(55);
  expect(points.map(({ shortStayRate, failuresPerHandover, handoverAttempts, ...point }) => point)).toEqual(
    a3Grid,
  );
  expect(chosen).toEqual(bestOf(points));
  expect(tunedA3()).toEqual(chosen);
  expect(manifest.firstSeed).toBe(1_000_100);
});

test("equal seeds give the same file, and a grid point does not depend on the others", () => {
  const scenario = loadRanScenario("hex-uma", [
    { path: "mobility.users", value: 10 },
    { path: "durationS", value: 6 },
    { path: "warmUpS", value: 1 },
  ]);
  const [late, soon] = [a3Grid[a3Grid.length - 1], a3Grid[0]];
  const tune = (grid: typeof a3Grid) =>
    tuneA3({ worlds: [{ scenario, seed: 1_000_000 }], command: "test", grid });
  const both = tune([late, soon]);
  expect(tune([late, soon])).toEqual(both);
  expect(tune([soon]).points[0]).toEqual(both.points[1]);
  expect(both.points[1].handoverAttempts).toBeGreaterThan(both.points[0].handoverAttempts);
}, 60_000);
