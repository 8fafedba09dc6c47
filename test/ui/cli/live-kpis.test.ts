import { expect, test } from "vitest";
import { liveKpis } from "../../../ui/cli/live-kpis.ts";

test("a KPI belongs to the side that has its metrics; of agents, in either sort of run", async () => {
  const cells = "cost = handoversPerUeMinute * 0.2";
  const byFormula = "perMillion = costPerTask * 1e6";
  const measured = "wrong = 1 - exactMatch";
  const both = "hop = wireBytesPerHop / prefillTokensPerHop";
  expect(await liveKpis([cells, byFormula, measured, both])).toEqual({
    ran: [cells],
    agent: [byFormula, both, measured],
  });
  expect(await liveKpis([])).toEqual({ ran: [], agent: [] });
});

test.each([
  ["one that mixes the sides", "x = handovers + exactMatch", "exactMatch"],
  ["an unknown metric, with the nearest", "x = handoverz * 2", "did you mean handovers?"],
  ["a range", "x = sum(1:1e9)", "1:1e+9"],
  ["a factorial", "x = 1e6!", "!"],
])("%s is refused in one line", async (_, text, words) => {
  const error = await liveKpis([text]).then(
    () => null,
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ name: "BadInputError", code: "bad-formula" });
  expect(error?.message).toContain(words);
  expect(error?.message).not.toContain("\n");
});
