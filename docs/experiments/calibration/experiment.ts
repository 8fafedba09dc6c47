// Does the radio model give the coupling loss and geometry that 3GPP companies agreed on? See README.md.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { createStream } from "#core";
import { createSitePlan } from "../../../ran-sim/layout/create-plan.ts";
import { placeOn } from "../../../ran-sim/layout/ground.ts";
import { layoutSchema } from "../../../ran-sim/layout/layout-schema.ts";
import type { SitePlan } from "../../../ran-sim/layout/site-plan.ts";
import { displacement } from "../../../ran-sim/radio/layout.ts";
import { createRadio, type Radio } from "../../../ran-sim/radio/radio.ts";
import { createRadioMaps } from "../../../ran-sim/radio/radio-maps.ts";
import {
  HEX_UMA_RADIO,
  HEX_UMI_RADIO,
  type RadioParameters,
  resourceBlocks,
} from "../../../ran-sim/radio/radio-parameters.ts";
import type { Curve } from "./curve.ts";
import { drawCurves } from "./figure.ts";

/** One set-up of the drop; everything else is in `radioOf`. */
export interface Protocol {
  readonly environments: readonly Curve["environment"][];
  readonly carriersGhz: readonly number[];
  readonly seeds: readonly number[];
  /** Per seed, environment and carrier. */
  readonly users: number;
  readonly losTransitionM: number;
  readonly release: 16 | 19;
}

/** TR 38.901 Table 7.8-1 as far as large-scale parameters go; 3GPP's LOS has no transition. */
export const protocol: Protocol = {
  environments: ["UMi", "UMa", "InH-open"],
  carriersGhz: [6, 30, 70],
  seeds: [1, 2, 3],
  users: 10_000,
  losTransitionM: 0,
  release: 16,
};

/** The same in half a minute, for every change of the code. */
export const shortProtocol: Protocol = { ...protocol, carriersGhz: [6], seeds: [1], users: 4000 };

/** The transition that the scenario `indoor` uses, whose LOS state changes over 10 m and not over 50. */
const OFFICE_TRANSITION_M = 3;

export const percents = Array.from({ length: 19 }, (_, i) => 5 * (i + 1));

/** Least horizontal distance to a site, in metres (Tables 7.2-1 and 7.2-2). */
const LEAST_DISTANCE_M = { UMi: 10, UMa: 35, "InH-open": 0 } as const;

/** Returns both quantities of every environment and carrier, pooled over seeds. */
export function run(plan: Protocol, onProgress: (text: string) => void = () => {}): Curve[] {
  const curves: Curve[] = [];
  for (const environment of plan.environments) {
    const drops = new Map(
      plan.carriersGhz.map((carrierGhz) => [carrierGhz, { coupling: [], geometry: [] } as Drop]),
    );
    for (const seed of plan.seeds) {
      const maps = createRadioMaps(radioOf(environment, plan.carriersGhz[0], plan), seed);
      for (const [carrierGhz, drop] of drops) {
        const radio = createRadio(radioOf(environment, carrierGhz, plan), seed, maps);
        dropUsers(radio, plan.users, seed, LEAST_DISTANCE_M[environment], drop);
      }
      onProgress(`${environment}, seed ${seed}\n`);
    }
    for (const [carrierGhz, { coupling, geometry }] of drops) {
      const curve = { environment, carrierGhz };
      curves.push({ ...curve, quantity: "couplingGainDb", valuesDb: quantiles(coupling) });
      curves.push({ ...curve, quantity: "geometryDb", valuesDb: quantiles(geometry) });
    }
  }
  return curves;
}

interface Drop {
  readonly coupling: number[];
  readonly geometry: number[];
}

/** An open office of 120 m x 50 m with twelve ceiling sites of three columns, tilted by 20 degrees (Table 7.2-2 and 7.8-1). */
function officePlan(): SitePlan {
  const antenna = { kind: "panel", boresightsDeg: [30, 150, 270], rows: 10, downtiltDeg: 20 };
  const layout = layoutSchema.parse({ kind: "office", antenna });
  if (layout.kind !== "office") throw new RangeError("calibration: expected an office");
  return createSitePlan(layout, { hBsM: 3, txPowerDbm: 24 });
}

/** Three sectors with a column of ten elements each. */
function threePanels(downtiltDeg: number): RadioParameters["antenna"] {
  return { kind: "panel", boresightsDeg: [30, 150, 270], rows: 10, spacingWavelengths: 0.5, downtiltDeg };
}

/** 19 sites of three columns of ten elements, 80 % of users indoors, half of the buildings of high loss; or the office. */
function radioOf(environment: Curve["environment"], carrierGhz: number, plan: Protocol): RadioParameters {
  if (environment === "InH-open") {
    const { placement, isdM } = officePlan();
    return {
      ...HEX_UMI_RADIO,
      environment,
      rings: 0,
      placement,
      isdM,
      hBsM: 3,
      hUtM: 1,
      carrierGhz,
      losTransitionM: plan.losTransitionM === 0 ? 0 : OFFICE_TRANSITION_M,
      release: plan.release,
      antenna: threePanels(20),
    };
  }
  return {
    ...(environment === "UMi" ? HEX_UMI_RADIO : HEX_UMA_RADIO),
    rings: 2,
    carrierGhz,
    losTransitionM: plan.losTransitionM,
    release: plan.release,
    antenna: threePanels(12),
    users: {
      indoorShare: 0.8,
      carShare: 0,
      highLossShare: 0.5,
      metallizedCarWindows: false,
      floors: "calibration",
    },
  };
}

/** Appends each user's gain to its strongest cell, and that cell's power over the sum of all others', without noise. */
function dropUsers(
  radio: Radio,
  count: number,
  seed: number,
  leastM: number,
  { coupling, geometry }: Drop,
): void {
  const { torus, sites, cellCount, parameters } = radio;
  // In a room nobody wraps around: users stand on its floor only.
  const ground =
    parameters.environment === "InH-open" ? officePlan().ground : ({ kind: "torus", torus } as const);
  const draw = createStream(seed, "calibration/drop");
  const xM = new Float64Array(count);
  const yM = new Float64Array(count);
  for (let ue = 0, tried = 0; ue < count; tried++) {
    const p = draw.uniform(tried, 0);
    const q = draw.uniform(tried, 1);
    const place = placeOn(ground, p, q);
    xM[ue] = place.xM;
    yM[ue] = place.yM;
    const clear = sites.xM.every((siteX, site) => {
      const away = displacement(torus, xM[ue] - siteX, yM[ue] - sites.yM[site]);
      return Math.hypot(away.xM, away.yM) >= leastM;
    });
    if (clear) ue++;
  }
  const rsrpDbm = new Float32Array(count * cellCount);
  radio.rsrpDbm(xM, yM, { rsrpDbm, sinrDb: new Float32Array(count * cellCount) });
  const { txPowerDbm, bandwidthMhz, subcarrierSpacingKhz } = radio.parameters;
  const elementDbm = txPowerDbm - 10 * Math.log10(12 * resourceBlocks(bandwidthMhz, subcarrierSpacingKhz));
  for (let ue = 0; ue < count; ue++) {
    const cells = rsrpDbm.subarray(ue * cellCount, (ue + 1) * cellCount);
    const best = cells.reduce((a, b) => Math.max(a, b));
    const totalMw = cells.reduce((sum, dbm) => sum + 10 ** (dbm / 10), 0);
    const bestMw = 10 ** (best / 10);
    coupling.push(best - elementDbm);
    geometry.push(10 * Math.log10(bestMw / (totalMw - bestMw)));
  }
}

function quantiles(values: number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return percents.map((percent) => {
    const at = (percent / 100) * sorted.length - 0.5;
    const low = Math.floor(at);
    return Number((sorted[low] + (at - low) * (sorted[low + 1] - sorted[low])).toFixed(3));
  });
}

/** Returns the company medians in `file` (R1-165974), in the same form. */
export function readMedians(file: string): Curve[] {
  const names = { "UMi-StreetCanyon": "UMi", UMa: "UMa", "InH-OpenOffice": "InH-open" } as Readonly<
    Record<string, Curve["environment"]>
  >;
  const curves: Curve[] = [];
  for (const row of JSON.parse(readFileSync(file, "utf8")).vectors) {
    const environment = names[row.scenario];
    if (environment === undefined) continue;
    const quantity = row.metric.startsWith("coupling") ? "couplingGainDb" : "geometryDb";
    curves.push({ environment, carrierGhz: row.fc_ghz, quantity, valuesDb: row.value_db });
  }
  return curves;
}

/** Returns simulated minus median, [percent] dB. */
export function differencesDb(curve: Curve, medians: readonly Curve[]): number[] {
  const median = medians.find(
    (one) =>
      one.environment === curve.environment &&
      one.carrierGhz === curve.carrierGhz &&
      one.quantity === curve.quantity,
  );
  if (median === undefined) throw new RangeError(`no median of ${JSON.stringify(curve)}`);
  return curve.valuesDb.map((value, i) => value - median.valuesDb[i]);
}

if (argv[1]?.endsWith("calibration/experiment.ts")) {
  const shared = process.env.BATON_SHARED ?? fileURLToPath(new URL("../../../../shared", import.meta.url));
  const medians = readMedians(`${shared}/vectors/3gpp_38901_large_scale_calibration.json`);
  const show = (title: string, curves: readonly Curve[]): void => {
    for (const curve of curves) {
      const off = differencesDb(curve, medians);
      const greatest = Math.max(...off.map(Math.abs)).toFixed(2);
      const mean = (off.reduce((a, b) => a + b, 0) / off.length).toFixed(2);
      process.stdout.write(
        `${title}\t${curve.environment}\t${curve.carrierGhz} GHz\t${curve.quantity}\tgreatest ${greatest}\tmean ${mean}\n`,
      );
    }
  };
  const curves = run(protocol, (text) => process.stderr.write(text));
  show("protocol", curves);
  show("transition 15 m", run({ ...shortProtocol, losTransitionM: 15 }));
  show("Rel-19", run({ ...shortProtocol, release: 19 }));
  await writeFile(
    new URL("results.jsonl", import.meta.url),
    `${curves.map((curve) => JSON.stringify({ ...curve, differencesDb: differencesDb(curve, medians).map((x) => Number(x.toFixed(2))) })).join("\n")}\n`,
  );
  await writeFile(new URL("curves.svg", import.meta.url), drawCurves(curves, medians, percents));
}
