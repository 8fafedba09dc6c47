import { expect, test } from "vitest";
import { loadAgentScenario } from "../../../agent-sim/index.ts";
import { createMeasuredExperiment } from "../../../agent-sim/measured/experiment.ts";
import {
  checkKpiRows,
  type Experiment,
  gapClosedRows,
  type KpiRow,
  poolUnits,
  type Setting,
  type UnitResult,
} from "../../../core/index.ts";
import { createStandIn, type StandIn } from "../../support/stand-in-model.ts";

interface Plan {
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  readonly settings?: Record<string, unknown>;
  readonly standIn?: StandIn;
  readonly withIntervals?: boolean;
}

async function run({
  arms,
  seeds = [1],
  settings = {},
  standIn = createStandIn(),
  withIntervals = false,
}: Plan) {
  const all: Setting[] = Object.entries({
    "measured.facts": [1, 4],
    "measured.documents": 3,
    "measured.bytes": 128,
    ...settings,
  }).map(([path, value]) => ({ path, value }));
  let ticks = 0;
  const experiment = createMeasuredExperiment({
    scenario: loadAgentScenario("default", all),
    ...(arms === undefined ? {} : { arms }),
    seeds,
    measured: standIn,
    nowS: () => ticks++ / 1000,
  });
  const units: UnitResult<"agent">[] = [];
  for (const shard of experiment.shards) units.push(...(await experiment.runShard(shard)).units);
  const timed = new Set(experiment.metrics.filter((metric) => metric.timed).map(({ metric }) => metric));
  // Intervals take most of the time and are tested where they are made: most tests look at values alone.
  const rows = withIntervals
    ? [
        ...poolUnits(experiment, units),
        ...(experiment.gap === undefined ? [] : gapClosedRows(experiment, experiment.gap, units)),
      ]
    : valuesOf(experiment, units);
  checkKpiRows(rows);
  return {
    kpis: rows.filter(({ metric }) => !timed.has(metric)),
    timings: rows.filter(({ metric }) => timed.has(metric)),
  };
}

/** Returns rows with the pooled values of sums, and no intervals. */
function valuesOf(experiment: Experiment<"agent">, units: readonly UnitResult<"agent">[]): KpiRow<"agent">[] {
  const cells = new Map<string, KpiRow<"agent">>();
  for (const { scenario, arm, tallies } of units) {
    for (const { metric, unit, pooling, kind = experiment.kind } of experiment.metrics) {
      const tally = tallies[metric];
      if (tally === undefined || !("sum" in tally)) continue;
      const key = JSON.stringify([scenario, arm, metric]);
      const { value, n } = cells.get(key) ?? { value: 0, n: 0 };
      const sum = (value ?? 0) * (pooling.by === "total" ? 1 : n) + tally.sum;
      const weight = n + tally.weight;
      cells.set(key, {
        experiment: experiment.name,
        domain: "agent",
        kind,
        scenario,
        arm,
        metric,
        unit,
        value: pooling.by === "total" ? sum : sum / weight,
        ci95: [null, null],
        n: weight,
        seeds: 1,
      });
    }
  }
  return [...cells.values()];
}

function valueIn(rows: readonly KpiRow[], arm: string, metric: string, scenario = "default"): number {
  const row = rows.find((one) => one.arm === arm && one.metric === metric && one.scenario === scenario);
  if (row?.value == null) throw new Error(`no value ${scenario} ${arm} ${metric}`);
  return row.value;
}

test("whoever has the text, the cache or a whole latent answers all roles; a control answers as one without", async () => {
  const { kpis } = await run({ seeds: [1, 2, 3] });
  const exact = (arm: string, scenario = "default") => valueIn(kpis, arm, "exactMatch", scenario);
  const whole = ["text", "prefix-cache", "prefix-miss", "kv", "latent", "slots", "answer", "single"];
  for (const arm of whole) {
    expect(exact(arm), arm).toBe(1);
    for (const role of ["planner", "retriever", "reasoner", "checker", "finaliser"]) {
      expect(exact(arm, `default/role=${role}`), `${arm} ${role}`).toBe(1);
    }
  }
  for (const arm of ["cold", "another", "mean", "permuted"]) expect(exact(arm), arm).toBeLessThan(0.2);
  expect(exact("summary")).toBeLessThan(0.9);
  expect(valueIn(kpis, "latent", "wrongDocumentExactMatch")).toBeLessThan(0.2);
  expect(valueIn(kpis, "latent", "exactMatchByChance")).toBeCloseTo(1 / 32);
  expect(valueIn(kpis, "latent", "exactMatchByChance", "default/role=checker")).toBe(0.5);
});

test("every latent arm stands beside its control, the others have none", async () => {
  const { kpis } = await run({});
  const withControl = new Set(
    kpis.filter(({ metric }) => metric === "wrongDocumentExactMatch").map(({ arm }) => arm),
  );
  expect(withControl).toEqual(
    new Set(["published", "pooled", "latent", "slots", "oracle", "another", "mean", "permuted"]),
  );
});

test("receivers prefill what the specification says", async () => {
  const { kpis } = await run({ settings: { "measured.facts": [4] } });
  const prefilled = (arm: string) => valueIn(kpis, arm, "prefillTokensPerHop");
  // The token that begins is read with an empty cache only.
  expect(prefilled("cold") - prefilled("kv")).toBeCloseTo(1);
  expect(prefilled("text")).toBe(prefilled("prefix-miss"));
  expect(prefilled("prefix-cache") - prefilled("kv")).toBeLessThan(16);
  expect(prefilled("latent") - prefilled("cold")).toBeCloseTo(128);
  expect(prefilled("single")).toBe(0);
  expect(valueIn(kpis, "prefix-cache", "cacheReadShare")).toBeGreaterThan(0.4);
  expect(valueIn(kpis, "prefix-miss", "cacheReadShare")).toBe(0);
  const flops = (arm: string) => valueIn(kpis, arm, "flopsPerHop");
  expect(flops("text")).toBeGreaterThan(flops("prefix-cache"));
  expect(flops("prefix-cache")).toBeGreaterThan(flops("kv"));
});

test("bytes are those of the messages, headers included", async () => {
  const arms = ["cold", "text", "kv", "latent", "answer", "single"];
  const { kpis } = await run({ arms });
  const bytes = (arm: string) => valueIn(kpis, arm, "wireBytesPerHop");
  expect([bytes("cold"), bytes("single")]).toEqual([0, 0]);
  // 128 values and their header of 24 bytes, in a message whose own header names the route.
  expect(bytes("latent")).toBeGreaterThan(152 + 60);
  expect(bytes("latent")).toBeLessThan(152 + 160);
  const half = await run({ arms, settings: { "measured.bytes": 64 } });
  // 64 values, and a digit of the body's length in the message's header.
  expect(bytes("latent") - valueIn(half.kpis, "latent", "wireBytesPerHop")).toBe(65);
  const int8 = await run({ arms, settings: { "kv.precision": "int8" } });
  expect(bytes("kv")).toBeGreaterThan(valueIn(int8.kpis, "kv", "wireBytesPerHop"));
  expect(valueIn(int8.kpis, "kv", "exactMatch")).toBe(1);
});

test("a latent that is compressed again at every hop loses at every hop; one that is passed on does not", async () => {
  const settings = { "measured.facts": [4], "measured.documents": 12 };
  const arms = ["text", "latent"];
  const perHop = async (relay: string) => {
    const { kpis } = await run({
      arms,
      settings: { ...settings, relay },
      standIn: createStandIn({ forgets: 9 }),
    });
    expect(valueIn(kpis, "text", "exactMatch")).toBe(1);
    return [1, 5].map((hop) => valueIn(kpis, "latent", "exactMatch", `default/hop=${hop}`));
  };
  const [firstForward, lastForward] = await perHop("forward");
  expect(lastForward).toBeGreaterThan(firstForward - 0.35);
  const [firstAgain, lastAgain] = await perHop("reencode");
  expect(firstAgain).toBe(firstForward);
  expect(lastAgain).toBeLessThan(firstAgain - 0.3);
});

test("a damaged or lost message is a cold start, counted by its reason", async () => {
  const arms = ["cold", "text", "kv", "latent"];
  const damaged = await run({ arms, settings: { "measured.link.corruptProbability": 1 } });
  for (const arm of arms.slice(1)) {
    expect(valueIn(damaged.kpis, arm, "coldStartShare"), arm).toBe(1);
    expect(valueIn(damaged.kpis, arm, "exactMatch"), arm).toBe(valueIn(damaged.kpis, "cold", "exactMatch"));
    expect(damaged.kpis.some((row) => row.arm === arm && /^coldStarts\./.test(row.metric))).toBe(true);
  }
  const lost = await run({ arms, settings: { "measured.link.lossProbability": 1 } });
  // Whoever got nothing has nothing to pass on.
  expect(valueIn(lost.kpis, "latent", "coldStarts.lost")).toBe(6);
  expect(valueIn(lost.kpis, "latent", "coldStarts.none-sent")).toBe(24);
});

test("equal seeds give identical rows whatever the clock says, alone or beside other arms", async () => {
  const together = await run({ arms: ["cold", "text", "kv", "latent"] });
  const again = await run({ arms: ["cold", "text", "kv", "latent"] });
  expect(again.kpis).toEqual(together.kpis);
  const alone = await run({ arms: ["latent"] });
  const own = (rows: readonly KpiRow[]) => rows.filter(({ arm }) => arm === "latent");
  expect(own(alone.kpis)).toEqual(own(together.kpis));
  const other = await run({ arms: ["latent"], seeds: [2] });
  expect(other.kpis).not.toEqual(alone.kpis);
});

test("rows are measured, FLOPs follow from a formula, clocks are kept apart", async () => {
  const { kpis, timings } = await run({ arms: ["cold", "kv", "latent"], withIntervals: true });
  expect(valueIn(kpis, "latent", "gapClosed")).toBe(1);
  for (const { metric, kind, domain } of kpis) {
    expect(domain).toBe("agent");
    expect(kind, metric).toBe(
      metric === "flopsPerHop" ? "simulated" : metric === "exactMatchByChance" ? "assumed" : "measured",
    );
  }
  expect(new Set(timings.map(({ kind }) => kind))).toEqual(new Set(["measured"]));
  const ms = (arm: string, step: string) => valueIn(timings, arm, `${step}Ms.p50`);
  // The clock of this test moves a millisecond each time that it is asked.
  expect(valueIn(timings, "latent", "compressMs.p95")).toBeGreaterThan(0);
  expect(valueIn(timings, "kv", "compressMs.p95")).toBe(0);
  expect(ms("kv", "decode")).toBeGreaterThan(0);
  expect(ms("cold", "timeToFirstToken")).toBe(ms("cold", "prefill"));
  expect(ms("cold", "read")).toBe(ms("latent", "read"));
  const firstBreakdown = kpis.findIndex(({ scenario }) => scenario.includes("="));
  expect(firstBreakdown).toBeGreaterThan(0);
  expect(new Set(kpis.map(({ scenario }) => scenario))).toContain("default/facts=4/hop=5");
});

test("the oracle takes at most its documents at each number of facts, and says how many", async () => {
  const { kpis } = await run({
    arms: ["latent", "oracle"],
    seeds: [1, 2, 3],
    settings: { "measured.oracleDocuments": 4 },
  });
  const n = (arm: string) =>
    kpis.find((row) => row.arm === arm && row.metric === "exactMatch" && row.scenario === "default/facts=4")
      ?.n;
  expect([n("latent"), n("oracle")]).toEqual([45, 20]);
});

test("each document is handed over by the encoder of every training, and by arms that none trained once", async () => {
  const trainings: (number | null)[] = [];
  const standIn = createStandIn();
  const plan = { arms: ["cold", "text", "slots"], settings: { "measured.trainingSeeds": [1, 3] } };
  const { kpis } = await run({
    ...plan,
    standIn: {
      ...standIn,
      encoder(name, size) {
        trainings.push(size.trainingSeed);
        return standIn.encoder(name, size);
      },
    },
    withIntervals: true,
  });
  const n = (arm: string) =>
    kpis.find((row) => row.arm === arm && row.metric === "exactMatch" && row.scenario === "default")?.n;
  expect([n("cold"), n("text"), n("slots")]).toEqual([30, 30, 60]);
  expect(new Set(trainings)).toEqual(new Set([1, 3]));
});

test("a model without inputs_embeds is refused latents by the name of the input, and runs the rest", async () => {
  const standIn = createStandIn({ takesEmbeddings: false });
  await expect(run({ arms: ["text", "slots"], standIn })).rejects.toThrow(
    "the language model stand-in: expected an input or table `inputs_embeds`, got a model without it - leave out the arm slots",
  );
  const { kpis } = await run({ arms: ["text", "prefix-cache", "summary", "kv"], standIn });
  expect(valueIn(kpis, "kv", "exactMatch")).toBe(1);
  expect(standIn.calls.some(({ embeds }) => embeds)).toBe(false);
});

test("without a wish, the arms are those whose encoders there are", () => {
  const { arms } = createMeasuredExperiment({
    scenario: loadAgentScenario("default"),
    seeds: [1],
    measured: { ...createStandIn(), has: (name) => name !== "pooled" },
    nowS: () => 0,
  });
  expect(arms).toContain("published");
  expect(arms).not.toContain("pooled");
});

test("an unknown arm is named with the nearest", async () => {
  await expect(run({ arms: ["latnt"] })).rejects.toThrow('did you mean "latent"?');
});
