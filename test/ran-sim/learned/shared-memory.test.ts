import { expect, test } from "vitest";
import { sharedMemory } from "../../../ran-sim/learned/shared-memory.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { memoryOf, reportOf, seededRuntime } from "../support/context.ts";

test("who serves a phone does not reach the memory, and each report is taken in once whoever asks", async () => {
  const own = memoryOf(seededRuntime(1), { cellCount: 3 });
  const seen: UeBatch[] = [];
  const shared = sharedMemory(
    {
      ...own,
      async observe(observations) {
        seen.push({ ...observations, serving: Int32Array.from(observations.serving) });
        await own.observe(observations);
      },
    },
    1,
    3,
  );
  const levels = [[-80, -70, -90]];
  const asked = [0, 1, 2].map((serving) => shared.observe(reportOf(1, levels, [serving])));
  await Promise.all(asked);
  await shared.observe(reportOf(1.04, levels, [2]));
  expect(seen.map(({ serving }) => [...serving])).toEqual([[1], [1]]);
  expect(new Set(asked).size).toBe(1);
});
