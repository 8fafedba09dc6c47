import { bench, describe } from "vitest";
import { createStream } from "#core";
import { createRadio } from "../../ran-sim/radio/radio.ts";
import { HEX_UMA_RADIO } from "../../ran-sim/radio/radio-parameters.ts";

// User-cells a second on one core = users x cells x operations a second.
for (const [ueCount, rings] of [
  [100, 1],
  [1000, 1],
  [1000, 2],
] as const) {
  const radio = createRadio({ ...HEX_UMA_RADIO, rings }, 1);
  const draw = createStream(1, "bench");
  const xM = Float64Array.from({ length: ueCount }, (_, ue) => 1500 * draw.uniform(ue));
  const yM = Float64Array.from({ length: ueCount }, (_, ue) => 1500 * draw.uniform(ue, 1));
  const out = {
    rsrpDbm: new Float32Array(ueCount * radio.cellCount),
    sinrDb: new Float32Array(ueCount * radio.cellCount),
  };
  describe(`${ueCount} users x ${radio.cellCount} cells = ${ueCount * radio.cellCount} user-cells`, () => {
    bench("RSRP and SINR of every user and cell", () => radio.rsrpDbm(xM, yM, out));
  });
}

describe("creation", () => {
  bench("seven sites on one seed", () => void createRadio(HEX_UMA_RADIO, 1), { iterations: 3, time: 0 });
});
