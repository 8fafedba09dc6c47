import { expect, test } from "vitest";
import { compareEvents, type EventRow } from "./event-differences.ts";

const row = (ue: number, time_s: number, source_rsrp_dbm: number | null = -90): EventRow => ({
  ...{ arm: "a5", unit: "seed=1", ue, time_s, type: "report", source_rsrp_dbm },
});

test("events in another order of phones are the same, and the greatest gap of a level is told", () => {
  const { differences, levelDb } = compareEvents([row(1, 1), row(2, 1)], [row(2, 1, -90.5), row(1, 1)]);
  expect(differences).toEqual([]);
  expect(levelDb).toBe(0.5);
});

test("a phone is told once, with the first event that differs", () => {
  const { differences } = compareEvents(
    [row(1, 1), row(1, 2), row(1, 3)],
    [row(1, 1), row(1, 2.5), row(1, 4)],
  );
  expect(differences.map(({ before, after }) => [before?.time_s, after?.time_s])).toEqual([[2, 2.5]]);
});

test("an event that one version lacks is a difference, a level that one lacks is an infinite gap", () => {
  expect(compareEvents([row(1, 1)], []).differences).toHaveLength(1);
  expect(compareEvents([row(1, 1)], [row(1, 1, null)]).levelDb).toBe(Number.POSITIVE_INFINITY);
});
