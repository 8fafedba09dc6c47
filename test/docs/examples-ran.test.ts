import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sampleRecordings } from "../../docs/examples/data/generate-ran.ts";

test("the committed sample recordings are what their generator makes, each below 200 kB", async () => {
  for (const [name, content] of Object.entries(await sampleRecordings())) {
    const committed = readFileSync(new URL(`../../docs/examples/data/${name}`, import.meta.url), "utf8");
    expect([name, committed === content]).toEqual([name, true]);
    expect(committed.length).toBeLessThan(200_000);
  }
});
