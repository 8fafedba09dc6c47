import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { thresholdOf } from "../../../ran-sim/measurement/quantity-ranges.ts";
import {
  RRC_ENUMERATIONS,
  type RrcParameter,
  requireRrcValue,
} from "../../../ran-sim/measurement/rrc-enumerations.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

const names: Readonly<Record<string, RrcParameter>> = {
  TimeToTrigger_ms: "timeToTriggerMs",
  FilterCoefficient_k: "filterCoefficient",
  Hysteresis_IE: "hysteresisDb",
  "a3_Offset_rsrp_IE (MeasTriggerQuantityOffset)": "offsetDb",
  "Q-OffsetRange_dB (Ocn/Ofn, CIO)": "cellIndividualOffsetDb",
  T304_ms: "t304Ms",
  "T310_ms RLF-TimersAndConstants (dedicated)": "t310Ms",
  T311_ms: "t311Ms",
  N310: "n310",
  N311: "n311",
  ReportInterval: "reportIntervalMs",
  reportAmount: "reportAmount",
};

testWithShared("every list of legal values is that of srsRAN's ASN.1", () => {
  const { vectors } = JSON.parse(readFileSync(sharedPath("vectors", "nr_rrc_enumerations.json"), "utf8"));
  const compared = new Set<string>();
  for (const row of vectors) {
    const name = names[row.name];
    if (name === undefined) {
      // SIB1's T310 is the dedicated list cut off at 2000 ms.
      expect(row.name).toBe("T310_ms UE-TimersAndConstants (SIB1)");
      expect(RRC_ENUMERATIONS.t310Ms.slice(0, 7)).toEqual(row.values);
      continue;
    }
    compared.add(name);
    const got: readonly number[] = RRC_ENUMERATIONS[name];
    if (row.range !== undefined) {
      expect(got.map((db) => db / row.step_db)).toEqual(
        Array.from({ length: row.range[1] - row.range[0] + 1 }, (_, i) => row.range[0] + i),
      );
      continue;
    }
    const values = row.values ?? row.values_ms;
    expect(got).toEqual(
      values.map((value: unknown) => (value === "infinity" ? Number.POSITIVE_INFINITY : value)),
    );
  }
  const elsewhere = ["rsrpThresholdDbm", "ssbPeriodMs"];
  expect([...compared, ...elsewhere].sort()).toEqual(Object.keys(RRC_ENUMERATIONS).sort());
});

test("an RSRP threshold is what its integer, less 156, says", () => {
  // TS 38.331 6.3.2, RSRP-Range: 0 to 126; see quantity-ranges.test.ts for 127.
  expect(RRC_ENUMERATIONS.rsrpThresholdDbm).toEqual(
    Array.from({ length: 127 }, (_, integer) => thresholdOf("rsrp", integer)),
  );
});

test("a legal value is returned", () => {
  expect(requireRrcValue("hysteresisDb", 2.5, "a3.hysteresisDb")).toBe(2.5);
});

test("an illegal value is refused with its path, the legal ones and the nearest", () => {
  const check = () => requireRrcValue("n310", 7, "scenario.yaml: rlf.n310");
  expect(check).toThrow(BadInputError);
  expect(check).toThrow(
    "scenario.yaml: rlf.n310: expected one of 1, 2, 3, 4, 6, 8, 10, 20 (TS 38.331 6.3), got 7 - the nearest is 6",
  );
  expect(() => requireRrcValue("t311Ms", "1000")).toThrow("t311Ms: expected one of 1000, 3000");
});
