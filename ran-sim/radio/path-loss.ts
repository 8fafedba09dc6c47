/** Path loss of TR 38.901 7.4.1 (Table 7.4.1-1), without shadowing. */

import { fastLinearToDb } from "#core";
import { type DistanceLaw, lawPathLoss } from "./distance-law.ts";
import type { PathLossModel } from "./path-loss-model.ts";
import {
  type Environment,
  INDOOR_MINIMUM_DISTANCE_3D_M,
  MINIMUM_DISTANCE_2D_M,
  OPTIONAL_NLOS,
  PROPAGATION_VELOCITY_MPS,
  RMA_STREET,
} from "./tr38901-tables.ts";

/** What is fixed for every link of a base station. */
export interface PathLossGeometry {
  readonly hBsM: number;
  readonly hUtM: number;
  readonly carrierGhz: number;
  /** h_E of UMa (see `environment-height.ts`); 1 m when left out, which the table makes certain below h_UT = 13 m. */
  readonly environmentHeightM?: number;
  /** Which NLOS formula of the table holds; "standard" when left out. The optional one takes no maximum with LOS. */
  readonly nlosFormula?: "standard" | "optional";
  /** RMa's average street width W and building height h; 20 m and 5 m when left out. Other environments have neither. */
  readonly streetWidthM?: number;
  readonly buildingHeightM?: number;
  /** Takes the place of the environment's formulas. */
  readonly distanceLaw?: DistanceLaw;
}

/** One link: geometry, line-of-sight state and horizontal distance. */
export interface PathLossLink extends PathLossGeometry {
  readonly los: boolean;
  readonly d2dM: number;
}

/**
 * Returns the path loss in dB of one link. Distances below the model's minimum (10 m horizontally; indoors 1 m in
 * space) are clamped to it; above the model's maximum the formula is continued. Source: TR 38.901 Table 7.4.1-1,
 * c = 3e8 m/s.
 *
 * Throws RangeError for an UMa terminal of 13 m or more without `environmentHeightM`, which is random there, for
 * heights that leave no breakpoint distance, and for the optional formula in RMa, which has none.
 */
export function pathLossDb(environment: Environment, link: PathLossLink): number {
  const out = new Float64Array(2);
  losAndNlosDb(createPathLoss(environment, link), link.d2dM, out);
  return link.los ? out[0] : out[1];
}

/** Writes the LOS path loss to `out[0]` and the NLOS path loss to `out[1]`, dB, at horizontal distance `d2dM`. */
export function losAndNlosDb(model: PathLossModel, d2dM: number, out: Float64Array): void {
  const horizontalM = d2dM > model.minimumD2dM ? d2dM : model.minimumD2dM;
  const d3dM = Math.max(
    Math.sqrt(horizontalM * horizontalM + model.heightDifferenceM * model.heightDifferenceM),
    model.minimumD3dM,
  );
  const lg = fastLinearToDb(d3dM) / 10;
  const losDb =
    horizontalM <= model.breakpointM
      ? model.los.interceptDb + model.los.slopeDb * lg + model.los.linearDbPerM * d3dM
      : model.beyond.interceptDb + model.beyond.slopeDb * lg;
  const nlosDb = model.nlos.interceptDb + model.nlos.slopeDb * lg;
  out[0] = losDb;
  out[1] = nlosDb > losDb || !model.nlosAboveLos ? nlosDb : losDb;
}

/** Returns the coefficients of an environment for given heights and carrier. Errors as for `pathLossDb`. */
export function createPathLoss(environment: Environment, geometry: PathLossGeometry): PathLossModel {
  const { distanceLaw, hBsM, hUtM } = geometry;
  if (distanceLaw !== undefined) return lawPathLoss(distanceLaw, hBsM - hUtM);
  const standard = { ...standardPathLoss(environment, geometry), nlosAboveLos: true };
  if (geometry.nlosFormula !== "optional") return standard;
  const optional = OPTIONAL_NLOS[environment];
  if (optional === null)
    throw new RangeError(`path loss: TR 38.901 has no optional NLOS formula for ${environment}`);
  const interceptDb = optional.interceptDb + 20 * Math.log10(geometry.carrierGhz);
  return { ...standard, nlos: { interceptDb, slopeDb: optional.slopeDb }, nlosAboveLos: false };
}

type StandardModel = Omit<PathLossModel, "nlosAboveLos">;

function standardPathLoss(environment: Environment, geometry: PathLossGeometry): StandardModel {
  switch (environment) {
    case "UMa":
      if (geometry.hUtM >= 13 && geometry.environmentHeightM === undefined) {
        throw new RangeError(
          `UMa path loss: hUtM must be below 13 m, where h_E is 1 m, or environmentHeightM be given; got ${geometry.hUtM}`,
        );
      }
      return urban(environment, geometry, {
        los: [28, 22],
        breakpointDb: -9,
        nlosInterceptDb: 13.54 + 20 * Math.log10(geometry.carrierGhz) - 0.6 * (geometry.hUtM - 1.5),
        nlosSlopeDb: 39.08,
      });
    case "UMi":
      return urban(environment, geometry, {
        los: [32.4, 21],
        breakpointDb: -9.5,
        nlosInterceptDb: 22.4 + 21.3 * Math.log10(geometry.carrierGhz) - 0.3 * (geometry.hUtM - 1.5),
        nlosSlopeDb: 35.3,
      });
    case "RMa":
      return rural(geometry);
    case "InH-mixed":
    case "InH-open":
      return indoor(environment, geometry);
  }
}

/** Returns UMa or UMi: PL1 and NLOS as given, PL2 with slope 40 and the environment's breakpoint term. */
function urban(
  environment: "UMa" | "UMi",
  { hBsM, hUtM, carrierGhz, environmentHeightM = 1 }: PathLossGeometry,
  row: {
    readonly los: readonly [interceptDb: number, slopeDb: number];
    readonly breakpointDb: number;
    readonly nlosInterceptDb: number;
    readonly nlosSlopeDb: number;
  },
): StandardModel {
  const breakpointM =
    (4 * (hBsM - environmentHeightM) * (hUtM - environmentHeightM) * carrierGhz * 1e9) /
    PROPAGATION_VELOCITY_MPS;
  if (!(breakpointM > 0)) {
    throw new RangeError(
      `${environment} path loss: antenna heights must exceed h_E = ${environmentHeightM} m, got ${hBsM} and ${hUtM}`,
    );
  }
  const frequencyDb = 20 * Math.log10(carrierGhz);
  const heightDifferenceM = hBsM - hUtM;
  return {
    minimumD2dM: MINIMUM_DISTANCE_2D_M[environment],
    minimumD3dM: 0,
    heightDifferenceM,
    breakpointM,
    los: { interceptDb: row.los[0] + frequencyDb, slopeDb: row.los[1], linearDbPerM: 0 },
    beyond: {
      interceptDb:
        row.los[0] + frequencyDb + row.breakpointDb * Math.log10(breakpointM ** 2 + heightDifferenceM ** 2),
      slopeDb: 40,
    },
    nlos: { interceptDb: row.nlosInterceptDb, slopeDb: row.nlosSlopeDb },
  };
}

function rural(geometry: PathLossGeometry): StandardModel {
  const { hBsM, hUtM, carrierGhz } = geometry;
  const { streetWidthM, buildingHeightM } = { ...RMA_STREET, ...geometry };
  const breakpointM = (2 * Math.PI * hBsM * hUtM * carrierGhz * 1e9) / PROPAGATION_VELOCITY_MPS;
  const los = {
    interceptDb:
      20 * Math.log10((40 * Math.PI * carrierGhz) / 3) - Math.min(0.044 * buildingHeightM ** 1.72, 14.77),
    slopeDb: 20 + Math.min(0.03 * buildingHeightM ** 1.72, 10),
    linearDbPerM: 0.002 * Math.log10(buildingHeightM),
  };
  const atBreakpointDb =
    los.interceptDb + los.slopeDb * Math.log10(breakpointM) + los.linearDbPerM * breakpointM;
  const nlosSlopeDb = 43.42 - 3.1 * Math.log10(hBsM);
  return {
    minimumD2dM: MINIMUM_DISTANCE_2D_M.RMa,
    minimumD3dM: 0,
    heightDifferenceM: hBsM - hUtM,
    breakpointM,
    los,
    beyond: { interceptDb: atBreakpointDb - 40 * Math.log10(breakpointM), slopeDb: 40 },
    nlos: {
      interceptDb:
        161.04 -
        7.1 * Math.log10(streetWidthM) +
        7.5 * Math.log10(buildingHeightM) -
        (24.37 - 3.7 * (buildingHeightM / hBsM) ** 2) * Math.log10(hBsM) -
        3 * nlosSlopeDb +
        20 * Math.log10(carrierGhz) -
        (3.2 * Math.log10(11.75 * hUtM) ** 2 - 4.97),
      slopeDb: nlosSlopeDb,
    },
  };
}

function indoor(
  environment: "InH-mixed" | "InH-open",
  { hBsM, hUtM, carrierGhz }: PathLossGeometry,
): StandardModel {
  const lgFrequency = Math.log10(carrierGhz);
  const los = { interceptDb: 32.4 + 20 * lgFrequency, slopeDb: 17.3, linearDbPerM: 0 };
  return {
    minimumD2dM: MINIMUM_DISTANCE_2D_M[environment],
    minimumD3dM: INDOOR_MINIMUM_DISTANCE_3D_M,
    heightDifferenceM: hBsM - hUtM,
    breakpointM: Number.POSITIVE_INFINITY,
    los,
    beyond: los,
    nlos: { interceptDb: 17.3 + 24.9 * lgFrequency, slopeDb: 38.3 },
  };
}
