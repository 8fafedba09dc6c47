import { expect, test } from "vitest";
import { z } from "zod";
import { agentScenarioSchema, calibrationFileSchema } from "#agent-sim";
import { kpiRowSchema } from "#core";
import { ranScenarioSchema } from "#ran-sim";

// The published schemas are made from the parsers themselves: `npm test -- schemas -u` writes them again.
test.each([
  ["ran-scenario", ranScenarioSchema],
  ["agent-scenario", agentScenarioSchema],
  ["agent-calibration", calibrationFileSchema],
  ["kpi-row", kpiRowSchema],
])("docs/schema/%s.schema.json is what the parser takes", async (name, schema) => {
  const published = z.toJSONSchema(schema, { io: "input" });
  await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(
    `../../docs/schema/${name}.schema.json`,
  );
});
