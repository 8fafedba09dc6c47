import { expect, test } from "vitest";
import { poolUnits } from "#core";
import { createRanExperiment } from "../../ran-sim/experiment.ts";
import { createRanLive } from "../../ran-sim/live.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";
import { Phase } from "../../ran-sim/state.ts";

const scenario = loadRanScenario("hex-uma", [
  { path: "network.memory", value: "trend" },
  { path: "mobility.users", value: 12 },
  { path: "warmUpS", value: 1 },
  { path: "durationS", value: 1 },
]);

test("a live run goes on past the scenario's end, and shows phones, hand-offs, events and pooled KPIs", async () => {
  const live = await createRanLive({ scenario, arm: "whole", worlds: 2, firstSeed: 3 });
  await live.advance(3000);
  const frame = live.frame();
  expect(frame.timeS).toBeCloseTo(29.99, 9);
  expect([frame.xM, frame.yM, frame.serving, frame.phase, frame.sinrDb].map(({ length }) => length)).toEqual([
    12, 12, 12, 12, 12,
  ]);
  for (let ue = 0; ue < 12; ue++) {
    const served = frame.phase[ue] === Phase.connected || frame.phase[ue] === Phase.preparing;
    expect(frame.serving[ue] >= 0).toBe(served);
    expect(Number.isFinite(frame.sinrDb[ue])).toBe(served);
  }

  const reports = live.takeReports();
  expect(reports.length).toBeGreaterThan(10);
  const completions = live.takeEvents().filter(({ type }) => type === "handoverComplete").length;
  expect(reports.length).toBe(completions);
  const [report] = reports;
  // 21 cells: 43 values of 4 bytes behind a header of 24, over a link of 5 ms.
  expect(report).toMatchObject({
    domain: "ran",
    arm: "whole",
    compress: { inputBytes: 172, outputBytes: 172 },
    transport: { bytes: 196, headerBytes: 24 },
    end: { ends: "restored", because: "loaded" },
  });
  expect(report.transport.delayMs).toBeCloseTo(5, 6);
  expect(report.payloadHead.length).toBe(160);
  expect(live.takeReports()).toEqual([]);

  const handovers = live.kpis().find(({ metric }) => metric === "handovers");
  expect(handovers).toMatchObject({ domain: "ran", kind: "simulated", arm: "whole", seeds: 2 });
  expect(handovers?.value).toBeGreaterThan(20);
});

test("the layout has 7 sites of 3 cells and wraps around", async () => {
  const { layout, steps } = await createRanLive({ scenario, arm: "a3-set3", worlds: 1 });
  expect(layout.sites.length).toBe(7);
  expect(layout.cells.map(({ name }) => name).slice(0, 4)).toEqual(["0a", "0b", "0c", "1a"]);
  expect(layout.cells[4]).toEqual({ site: 1, azimuthDeg: 150, name: "1b" });
  // A cluster of 7 sites repeats every ISD sqrt(7).
  for (const [x, y] of layout.latticeM) expect(Math.hypot(x, y)).toBeCloseTo(500 * Math.sqrt(7), 6);
  expect(steps.compress).toBe("nothing: the network has no memory of the phone");
});

test("how the ticks are cut into calls changes nothing", async () => {
  const run = async (parts: readonly number[]) => {
    const live = await createRanLive({ scenario, arm: "whole", worlds: 1 });
    for (const ticks of parts) await live.advance(ticks);
    return { frame: live.frame(), events: live.takeEvents(), kpis: live.kpis() };
  };
  expect(await run([600])).toEqual(await run([1, 99, 100, 400]));
});

test("the right cell after a handover is judged live as in an experiment, on handovers that one rule fixes for all arms", async () => {
  const judged = async (arm: string) => {
    const live = await createRanLive({ scenario, arm, worlds: 2, firstSeed: 3 });
    await live.advance(1500);
    const row = (metric: string) => live.kpis().find((kpi) => kpi.metric === metric);
    return [row("postHandoverAccuracy.50-250ms"), row("postHandoverRegretDb.50-250ms")] as const;
  };
  const [whole, rule] = [await judged("whole"), await judged("a3-set1")];
  for (const [accuracy, regret] of [whole, rule]) {
    expect(accuracy?.value).toBeGreaterThan(0);
    expect(accuracy?.value).toBeLessThanOrEqual(1);
    expect(regret?.value).toBeGreaterThanOrEqual(0);
  }
  // The same handovers, whatever the arm does itself.
  expect(whole[0]?.n).toBe(rule[0]?.n);
  expect(whole[0]?.n).toBeGreaterThan(10);
  expect(whole[0]?.value).not.toBe(rule[0]?.value);

  // With the warm-up of one second, 1500 ticks of 10 ms.
  const long = { ...scenario, durationS: 14 };
  const seeds = [3, 4];
  const experiment = createRanExperiment({ scenario: long, seeds, arms: ["whole"] });
  const shards = await Promise.all(experiment.shards.map((shard) => experiment.runShard(shard)));
  const rows = poolUnits(
    experiment,
    shards.flatMap(({ units }) => units),
  );
  const stored = rows.find(({ metric }) => metric === "postHandoverAccuracy.50-250ms");
  expect(whole[0]).toMatchObject({ value: stored?.value, n: stored?.n });
});

test("KPIs of one's own, of the scenario and beside it, are rows behind the others; a broken one is a line", async () => {
  const own = { ...scenario, kpis: { perHour: "handoversPerUeMinute * 60", hostile: "sum(1:1e9)" } };
  const live = await createRanLive({
    scenario: own,
    arm: "a3-set3",
    worlds: 2,
    kpis: ["same = handovers", "huge = 1e6!"],
  });
  await live.advance(1000);
  const rows = live.kpis();
  const row = (metric: string) => rows.find((one) => one.metric === metric);
  expect(rows.slice(-2).map(({ metric }) => metric)).toEqual(["perHour", "same"]);
  expect(row("perHour")?.value).toBeCloseTo(60 * (row("handoversPerUeMinute")?.value ?? Number.NaN), 9);
  expect(row("perHour")).toMatchObject({
    kind: "simulated",
    source: "formula: handoversPerUeMinute * 60",
    seeds: 2,
  });
  expect(row("same")).toMatchObject({ value: row("handovers")?.value, ci95: row("handovers")?.ci95 });
  expect(live.formulas.problems).toHaveLength(2);
  for (const [i, name] of ["hostile", "huge"].entries())
    expect(live.formulas.problems[i]).toMatch(
      new RegExp(`^KPI formula "${name}": expected numbers, metrics`),
    );
});
