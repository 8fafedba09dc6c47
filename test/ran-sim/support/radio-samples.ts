/** What a radio gives at places, and places to ask at. */
import { createStream } from "#core";
import type { Radio } from "../../../ran-sim/radio/radio.ts";

/** Returns RSRP and SINR of every cell at some places, [place, cell]. */
export function measure(radio: Radio, xM: readonly number[], yM: readonly number[]) {
  const out = {
    rsrpDbm: new Float32Array(xM.length * radio.cellCount),
    sinrDb: new Float32Array(xM.length * radio.cellCount),
  };
  radio.rsrpDbm(Float64Array.from(xM), Float64Array.from(yM), out);
  return out;
}

/** Returns one value of every site at some places, [place, site]. */
export function perSite(
  radio: Radio,
  value: "losWeight" | "siteLossDb",
  xM: readonly number[],
  yM: readonly number[],
) {
  const out = new Float32Array(xM.length * radio.siteCount);
  radio[value](Float64Array.from(xM), Float64Array.from(yM), out);
  return out;
}

/** Returns `count` positions drawn uniformly over the torus. */
export function scatter(radio: Radio, count: number): { readonly xM: number[]; readonly yM: number[] } {
  const draw = createStream(3, "scatter");
  const { torus } = radio;
  const xM: number[] = [];
  const yM: number[] = [];
  for (let i = 0; i < count; i++) {
    const p = draw.uniform(i);
    const q = draw.uniform(i, 1);
    xM.push(p * torus.t1xM + q * torus.t2xM);
    yM.push(p * torus.t1yM + q * torus.t2yM);
  }
  return { xM, yM };
}

/** Returns points `stepM` apart along a straight line that crosses the torus' seams many times. */
export function line(startM: number, angleDeg: number, count: number, stepM: number) {
  const angle = (angleDeg * Math.PI) / 180;
  return {
    xM: Array.from({ length: count }, (_, i) => startM + i * stepM * Math.cos(angle)),
    yM: Array.from({ length: count }, (_, i) => 40 + i * stepM * Math.sin(angle)),
  };
}
