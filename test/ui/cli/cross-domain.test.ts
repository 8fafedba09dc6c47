import { expect, test } from "vitest";
import type { KpiRow } from "#core";
import { crossDomainTable, gapCurves, parseSizes, ranLanes } from "../../../ui/cli/cross-domain.ts";
import { drawGapClosed } from "../../../ui/figure/gap-closed.ts";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

const row = (change: Partial<KpiRow>): KpiRow => ({
  experiment: "ran",
  domain: "ran",
  kind: "simulated",
  scenario: "walk",
  arm: "latent bytes=8",
  metric: "gapClosed",
  unit: "1",
  value: 0.5,
  ci95: [0.2, 0.9],
  n: 12,
  seeds: 12,
  ...change,
});

test("curves are of the pooled rows that have a size, each in its own domain and in order of bytes", () => {
  const agent = { domain: "agent", kind: "measured", arm: "slots" } as const;
  const curves = gapCurves([
    row({ arm: "latent bytes=128" }),
    row({}),
    row({ arm: "ue-filter" }),
    row({ metric: "handovers", unit: "count" }),
    row({ ...agent, scenario: "default/measured.bytes=32" }),
    row({ ...agent, scenario: "default/measured.bytes=32/facts=8" }),
  ]);
  expect(curves.map(({ domain, name, points }) => [domain, name, points.map(({ bytes }) => bytes)])).toEqual([
    ["ran", "latent", [8, 128]],
    ["agent", "slots", [32]],
  ]);
  const lines = crossDomainTable(curves).split("\n");
  expect(lines.filter((line) => line.startsWith("ran "))).toHaveLength(2);
  expect(drawGapClosed(curves)).toContain("agents (agent, measured)");
});

test("a metric in the unit of one domain cannot get into the table", () => {
  expect(() => gapCurves([row({ unit: "dB" })])).toThrow("cannot share an axis");
});

test("sizes are whole numbers, each once", () => {
  expect(parseSizes("128,8, 32")).toEqual([8, 32, 128]);
  for (const text of ["", "8,8", "0", "-1", "8.5", "a", "1e3"])
    expect(() => parseSizes(text)).toThrow("--bytes");
  const lanes = ranLanes({ payload: { bytes: 128 } }, [8, 32]);
  expect(lanes.map(({ name }) => name)).toEqual([
    "latent bytes=8",
    "latent bytes=32",
    "pca bytes=8",
    "pca bytes=32",
    "another bytes=32",
  ]);
});

test("compare --bytes prints the shared table after the others, and a stored run gives it again", async () => {
  const folder = temporaryFolder();
  try {
    const out = ["--out", folder.path];
    const said = await runBaton([
      "compare",
      "--arms",
      "text,kv",
      "--seeds",
      "1",
      "--bytes",
      "128",
      "--json",
      ...out,
    ]);
    expect(said.code).toBe(0);
    const { byBytes, kpis } = JSON.parse(said.out) as { byBytes: KpiRow[]; kpis: KpiRow[] };
    expect(new Set(byBytes.map(({ domain, kind }) => `${domain} ${kind}`))).toEqual(
      new Set(["ran simulated", "agent measured"]),
    );
    const of = (arm: string) => byBytes.find((one) => one.arm === arm);
    expect(of("slots")?.value).toBeGreaterThan(0.9);
    expect(of("another")?.value).toBeLessThan(0.3);
    // One world of phones is too few for a gap.
    expect(of("latent bytes=128")?.value).toBeNull();
    expect(kpis.some(({ arm }) => arm.includes("bytes="))).toBe(false);
    const { rows } = JSON.parse(
      (
        await runBaton([
          "query",
          "SELECT DISTINCT run FROM kpis WHERE metric = 'gapClosed'",
          "--json",
          ...out,
        ])
      ).out,
    );
    const again = await runBaton(["compare", rows[0].run, "--bytes", "128", ...out]);
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/^agent +slots +128/m)]);
    const set = await runBaton([
      ...["compare", "--arms", "text", "--seeds", "1", "--bytes", "128", ...out],
      ...["--set", "ran.mobility.speedKmh=fast"],
    ]);
    // A setting reaches the table by bytes too, before anything runs.
    expect([set.code, set.notes]).toEqual([2, expect.stringContaining("mobility.speedKmh")]);
    const bare = await runBaton(["compare", "--figure", "gap.svg", ...out]);
    expect([bare.code, bare.notes]).toEqual([2, expect.stringContaining("--bytes")]);
  } finally {
    folder.remove();
  }
});
