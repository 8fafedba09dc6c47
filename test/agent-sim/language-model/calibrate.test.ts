import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadExternalModel, measureSpeeds, parseCalibrationFile } from "../../../agent-sim/index.ts";
import { writeDecoderFolder } from "../../support/decoder-folder.ts";
import { runBaton } from "../../support/run-baton.ts";

const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("each speed is the median of operations that the clock timed, and the first of a size does not count", async () => {
  writeDecoderFolder(folder);
  const { model } = await loadExternalModel(folder);
  // 0.5 s an operation: the clock is read before and after each, and 0.5 s pass between.
  let timeS = 0;
  const nowS = () => (timeS += 0.5);
  const speeds = await measureSpeeds({ model, ids: [1, 2, 3], repeats: 5, nowS });
  // 48 positions have room for prompts of 16 and decoding.
  expect(speeds.prefill).toEqual([{ kind: "measured", n: 5, ci95: [32, 32], tokens: 16, tokensPerS: 32 }]);
  expect(speeds.decode).toMatchObject([{ sequences: 1, tokensPerS: 32, n: 5 }]);
  expect(speeds.cacheExport).toMatchObject([{ tokens: 16, ms: 500 }]);
  // 2 layers of keys and values of 2 heads of 6 values for 16 tokens, 2 bytes each, and headers.
  expect(speeds.cacheImport?.[0].bytes).toBeGreaterThan(2 * 2 * 2 * 6 * 16 * 2);
  await expect(measureSpeeds({ model, ids: [1], repeats: 4, nowS })).rejects.toThrow(
    "an integer of at least 5, got 4",
  );
  await model.close();
});

test("agent calibrate writes a file that a scenario can read", async () => {
  writeDecoderFolder(folder, { takes: "embeds" });
  const file = join(folder, "mine.json");
  const words = [
    "agent",
    "calibrate",
    "--model",
    folder,
    "--out",
    file,
    "--repeats",
    "5",
    "--json",
    "--quiet",
  ];
  const { code, out, notes } = await runBaton(words, { cwd: folder });
  expect([code, notes]).toEqual([0, ""]);
  const written = parseCalibrationFile(readFileSync(file, "utf8"), file);
  expect(JSON.parse(out)).toEqual(written);
  expect(written.model).toMatchObject({ layers: 2, heads: 4, kvHeads: 2, headSize: 6 });
  expect(written.prefill[0]).toMatchObject({ kind: "measured", n: 5, tokens: 16 });
  const missing = await runBaton(["agent", "calibrate", "--model", join(folder, "nothing")], { cwd: folder });
  expect([missing.code, missing.out]).toEqual([2, ""]);
  const often = await runBaton(["agent", "calibrate", "--model", folder, "--repeats", "often"], {
    cwd: folder,
  });
  expect([often.code, often.out]).toEqual([2, ""]);
  expect(often.notes).toContain('flag --repeats: expected a whole number from 5 to 10000, got "often"');
});
