import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { tr36839Sets } from "../../../ran-sim/policy/a3-policy.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

testWithShared("parameter sets and timers are those of TR 36.839", () => {
  const { vectors, common } = JSON.parse(
    readFileSync(sharedPath("vectors", "tr36839_parameters.json"), "utf8"),
  );
  expect(
    tr36839Sets.map((set) => [set.timeToTriggerMs, set.offsetDb, set.filterCoefficient, set.hysteresisDb]),
  ).toEqual(
    vectors.map((set: { ttt_ms: number; a3_offset_db: number; l3_k: number }) => [
      ...[set.ttt_ms, set.a3_offset_db, set.l3_k],
      0,
    ]),
  );
  // N310 and N311 are 10 and 3 here, as the published baseline has them; the file's 1 and 1 are from recall.
  expect(parseRanScenario({}, "defaults").handover).toMatchObject({
    qOutDb: common.q_out_db,
    qInDb: common.q_in_db,
    t310Ms: common.t310_ms,
    preparationMs: common.handover_preparation_ms,
    executionMs: common.handover_execution_ms,
    minimumTimeOfStayMs: 1000 * common.min_time_of_stay_s,
  });
});
