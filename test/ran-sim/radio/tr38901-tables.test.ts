import { readFileSync } from "node:fs";
import { expect } from "vitest";
import {
  type Environment,
  SHADOW_CORRELATION_DISTANCE,
  SHADOW_SIGMA,
} from "../../../ran-sim/radio/tr38901-tables.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

interface ShadowingRow {
  readonly scenario: string;
  readonly d2d_start_m: number;
  readonly sigma_los_db: number;
  readonly sigma_nlos_db: number;
  readonly decorr_los_m: number;
  readonly decorr_nlos_m: number;
  readonly matches_38901: boolean;
}

/** V2V-Urban and V2V-Highway (TR 37.885) are not modelled. */
const environments: Readonly<Record<string, readonly Environment[]>> = {
  RMa: ["RMa"],
  UMa: ["UMa"],
  "UMi-StreetCanyon": ["UMi"],
  "InH-Office": ["InH-mixed", "InH-open"],
};

testWithShared("shadowing has the sigma and distance of ns-3's rows, but for its 7 dB below 6 GHz", () => {
  const rows: ShadowingRow[] = JSON.parse(
    readFileSync(sharedPath("vectors", "ns3_38901_shadowing.json"), "utf8"),
  ).vectors;
  const modelled = rows.flatMap((row) =>
    (environments[row.scenario] ?? []).map((environment) => ({ environment, row })),
  );
  expect(modelled).toHaveLength(8);
  for (const { environment, row } of modelled) {
    const sigma = SHADOW_SIGMA[environment];
    // The file calls its RMa row at 4000 m "beyond the breakpoint". Table 7.4.1-1 has it at 5027 m for that row's heights and
    // carrier, so the row says which sigma holds there, and not from where.
    const beyond = row.scenario === "RMa" && row.d2d_start_m === 4000;
    const sigmas = [beyond ? sigma.losBeyondBreakpointDb : sigma.losDb, sigma.nlosDb];
    const listed = [row.sigma_los_db, row.sigma_nlos_db];
    // The trap: sigma_SF of Table 7.4.1-1 is the same at every carrier.
    if (row.matches_38901) expect(sigmas, row.scenario).toEqual(listed);
    else expect(sigmas, row.scenario).not.toEqual(listed);
    expect(SHADOW_CORRELATION_DISTANCE[environment]).toEqual({
      losM: row.decorr_los_m,
      nlosM: row.decorr_nlos_m,
    });
  }
});
