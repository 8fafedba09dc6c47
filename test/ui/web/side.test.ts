import { expect, test, vi } from "vitest";
import type { HandOffReport, KpiRow } from "#core";
import { type KpisMessage, type PhonesFrame, ProvenanceError, type RanLayout } from "../../../ui/protocol.ts";
import { Side } from "../../../ui/web/live/side.svelte.ts";

const layout = (epoch: number): RanLayout => ({
  type: "ran-layout",
  epoch,
  sites: [],
  cells: [],
  isdM: 500,
  latticeM: [],
  steps: { compress: "", transport: "", project: "" },
  formulas: { kpis: [], problems: [] },
  chart: { metric: "handovers", unit: "count" },
});
const row: KpiRow<"ran"> = {
  experiment: "e",
  domain: "ran",
  kind: "simulated",
  scenario: "s",
  arm: "a",
  metric: "handovers",
  unit: "count",
  value: 1,
  ci95: [null, null],
  n: 1,
  seeds: 1,
};
const kpis = (epoch: number): KpisMessage => ({ type: "kpis", domain: "ran", epoch, timeS: 1, rows: [row] });

test("leaves out what belongs to another run than the one on show", () => {
  const side = ranSide();
  side.adoptLayout(layout(2));
  side.adoptKpis(kpis(1));
  expect(side.rows).toEqual([]);
  side.adoptKpis(kpis(2));
  expect(side.rows).toEqual([row]);
  side.adoptLayout(layout(3));
  expect(side.rows).toEqual([]);
});

test("refuses rows of the other domain, whatever the message claims", () => {
  const side = ranSide();
  side.adoptLayout(layout(1));
  const smuggled = { ...kpis(1), rows: [{ ...row, domain: "agent" }] } as unknown as KpisMessage;
  expect(() => side.adoptKpis(smuggled)).toThrow(ProvenanceError);
  expect(side.rows).toEqual([]);
});

test("shows a hand-off long enough to be read, then the newest one", () => {
  vi.useFakeTimers();
  const side = ranSide();
  side.adoptLayout(layout(1));
  const report = (entity: number): HandOffReport<"ran"> => ({
    domain: "ran",
    arm: "a",
    entity,
    from: "0",
    to: "1",
    timeS: 0,
    compress: { label: "", inputBytes: 0, outputBytes: 0 },
    transport: { label: "", bytes: 0, headerBytes: 0, delayMs: null },
    project: { label: "", rereadTokens: null },
    end: { ends: "restored", because: "projected" },
    payloadHead: new Uint8Array(),
  });
  const say = (entity: number, nowMs: number): void =>
    side.adoptReports(
      { type: "reports", domain: "ran", epoch: 1, total: entity, reports: [report(entity)] },
      nowMs,
    );
  say(1, 10_000);
  say(2, 10_100);
  say(3, 10_200);
  expect(side.report?.entity).toBe(1);
  expect(side.reportTotal).toBe(3);
  vi.advanceTimersByTime(1000);
  expect(side.report?.entity).toBe(3);
  vi.useRealTimers();
});

function ranSide() {
  return new Side<"ran", RanLayout, PhonesFrame>("ran");
}

test("forgets the old run as soon as another is under way, and takes in nothing of it any more", () => {
  const side = ranSide();
  side.adoptEpoch(1);
  side.adoptLayout(layout(1));
  expect(side.layout?.epoch).toBe(1);
  side.adoptEpoch(1);
  expect(side.layout?.epoch).toBe(1);
  side.adoptEpoch(2);
  expect(side.layout).toBeNull();
  expect([side.frame, side.history, side.report, side.rows]).toEqual([null, null, null, []]);
  expect(side.reportTotal).toBe(0);
  side.adoptLayout(layout(1));
  expect(side.layout).toBeNull();
  side.adoptLayout(layout(2));
  expect(side.layout?.epoch).toBe(2);
});
