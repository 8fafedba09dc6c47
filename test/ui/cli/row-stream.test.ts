import { expect, test } from "vitest";
import { type KpiRow, kpiRowSchema } from "#core";
import { openRowStream } from "../../../ui/cli/row-stream.ts";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

const row = (metric: string, value: number): KpiRow => ({
  experiment: "ran",
  domain: "ran",
  kind: "simulated",
  scenario: "two-cell",
  arm: "cold",
  metric,
  unit: "1",
  value,
  ci95: [null, null],
  n: 1,
  seeds: 1,
});

test("writes a row again only when it has changed", () => {
  const lines: string[] = [];
  const stream = openRowStream(
    (line) => lines.push(line),
    () => 0,
  );
  stream.settle([row("a", 1), row("b", 2)]);
  stream.settle([row("a", 1), row("b", 3)]);
  expect(lines.map((line) => JSON.parse(line)).map(({ metric, value }) => [metric, value])).toEqual([
    ["a", 1],
    ["b", 2],
    ["b", 3],
  ]);
});

test("makes rows once a second at most, and spends a tenth of the time on it at most", () => {
  let nowS = 0;
  const made: number[] = [];
  const stream = openRowStream(
    () => {},
    () => nowS,
  );
  const offerAt = (atS: number, takesS: number): void => {
    nowS = atS;
    stream.offer(() => {
      made.push(atS);
      nowS += takesS;
      return [];
    });
  };
  offerAt(0, 0);
  offerAt(0.9, 0);
  offerAt(1, 2);
  // Two seconds of making, until 3: the next not before 23.
  offerAt(22.9, 0);
  offerAt(23, 0);
  expect(made).toEqual([0, 1, 23]);
});

test.each([
  ["ran", "two-cell --arms cold,ue-filter --seeds 3 --set durationS=4 --set warmUpS=1", 3],
  ["agent", "default --arms text,cold --seeds 4", 4],
])(
  "%s run --stream says what is known after the first world, and ends with the rows of --json",
  async (domain, flags, worlds) => {
    const folder = temporaryFolder();
    try {
      const argv = [domain, "run", ...flags.split(" "), "--out", folder.path];
      const streamed = await runBaton([...argv, "--stream"]);
      expect([streamed.code, streamed.notes]).toEqual([
        0,
        expect.stringMatching(/^Stored as run \S+ \(.+\)\.\n$/),
      ]);
      const rows = streamed.out
        .trimEnd()
        .split("\n")
        .map((line) => kpiRowSchema.parse(JSON.parse(line)));
      const simulated = rows.filter(({ kind }) => kind === "simulated");
      expect(simulated[0].seeds).toBe(1);
      expect(simulated.at(-1)?.seeds).toBe(worlds);
      const keyOf = ({ scenario, arm, metric }: (typeof rows)[number]): string =>
        `${scenario} ${arm} ${metric}`;
      const last = new Map(rows.map((each) => [keyOf(each), each]));
      const { kpis } = JSON.parse((await runBaton([...argv, "--json"])).out) as { kpis: typeof rows };
      expect([...last.values()].sort(byKey)).toEqual([...kpis].sort(byKey));
      function byKey(a: (typeof rows)[number], b: (typeof rows)[number]): number {
        return keyOf(a) < keyOf(b) ? -1 : 1;
      }
    } finally {
      folder.remove();
    }
  },
);

test("streams nothing for a dry run, and takes no --json beside it", async () => {
  const dry = await runBaton(["ran", "run", "two-cell", "--stream", "--dry-run"]);
  expect([dry.code, dry.out.includes('"metric"')]).toEqual([0, false]);
  const both = await runBaton(["ran", "run", "two-cell", "--stream", "--json"]);
  expect([both.code, both.notes]).toEqual([
    2,
    expect.stringContaining("'--stream' cannot be used with option '--json'"),
  ]);
});
