import { expect, test } from "vitest";
import { createHandOff, createLink, createStream, linkParametersSchema } from "#core";
import { rawReportLayout, rawReportSteps } from "../../../ran-sim/policy/raw-reports.ts";
import { createTrend, observeReport } from "../../../ran-sim/policy/trend.ts";

const cellCount = 5;

function carry(
  bytes: number,
  reports: number,
): { readonly sent: Float64Array; readonly got: Float32Array; trend: ReturnType<typeof createTrend> } {
  const layout = rawReportLayout(bytes, cellCount);
  const trend = createTrend({
    cellCount,
    reportPeriodMs: 40,
    levelTimeConstantMs: 200,
    slopeTimeConstantMs: 800,
    confidenceTimeConstantMs: 800,
    keptReports: layout.reports,
  });
  const row = new Float64Array(trend.stateSize);
  for (let n = 0; n < reports; n++) {
    observeReport(
      trend,
      row,
      Float64Array.from(
        { length: cellCount },
        (_, c) => Math.round(-60 - 18 * c + 3 * Math.sin(n + c)) + 0.5,
      ),
    );
  }
  const link = createLink(linkParametersSchema.parse({}), createStream(1, "xn"));
  const handOff = createHandOff({ ...rawReportSteps(trend, layout), precision: "int8", link });
  const size = trend.stateSize;
  const sent = handOff.send(
    { count: 1, size, values: Float32Array.from(row) },
    [{ entity: 0, sequence: 1 }],
    0,
  );
  if (sent instanceof Promise) throw new Error("expected no promise");
  expect(sent[0].bytes.length).toBe(24 + layout.latentSize);
  const got = handOff.receive(sent, { count: 1, size, values: new Float32Array(size) }, 0);
  if (got instanceof Promise) throw new Error("expected no promise");
  expect(got.outcomes).toEqual(["warm"]);
  return { sent: row, got: got.states.values, trend };
}

test("while all reports fit, the target replays them into the very state of the source", () => {
  // 128 bytes over five cells are 25 reports; ten have been made.
  const { sent, got } = carry(128, 10);
  for (let j = 0; j < 11; j++) expect(got[j]).toBeCloseTo(sent[j], 3);
});

test("what does not fit is forgotten oldest first", () => {
  const { got, trend } = carry(128, 60);
  expect(got[0]).toBe(25);
  expect(trend.stateSize).toBe(1 + 2 * 5 + 1 + 25 * 5);
});

test("a few bytes hold the last reports of the strongest cells, and the others count as not heard", () => {
  expect(rawReportLayout(8, cellCount)).toEqual({ cells: 2, reports: 3, named: true, latentSize: 8 });
  const { sent, got } = carry(8, 3);
  expect(got[0]).toBe(3);
  expect(got[1]).toBeCloseTo(sent[1], 3);
  expect(got[2]).toBeCloseTo(sent[2], 3);
  expect([...got.slice(3, 6)]).toEqual([-155.5, -155.5, -155.5]);
});
