import { bench, describe } from "vitest";
import { createStream } from "#core";
import { createChannel } from "../../ran-sim/radio/channel.ts";
import { createRadio } from "../../ran-sim/radio/radio.ts";
import { HEX_UMA_RADIO, HEX_UMI_FR2_RADIO } from "../../ran-sim/radio/radio-parameters.ts";
import { DEFAULT_USER_PLACES } from "../../ran-sim/radio/radio-users.ts";

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

describe("100 users x 21 cells with what is off by default", () => {
  const ueCount = 100;
  const draw = createStream(1, "bench");
  const moment = {
    timeS: 7,
    xM: Float64Array.from({ length: ueCount }, (_, ue) => 1500 * draw.uniform(ue)),
    yM: Float64Array.from({ length: ueCount }, (_, ue) => 1500 * draw.uniform(ue, 1)),
    travelledM: new Float64Array(ueCount).fill(3),
  };
  const out = { rsrpDbm: new Float32Array(ueCount * 21), sinrDb: new Float32Array(ueCount * 21) };
  for (const [name, parameters] of [
    ["Ricean fading", { ...HEX_UMA_RADIO, fading: { kind: "ricean" } }],
    ["blockage", { ...HEX_UMA_RADIO, blockage: { episodesPerMinute: 6, meanDurationS: 1, lossDb: 20 } }],
    ["80 % indoors", { ...HEX_UMA_RADIO, users: { ...DEFAULT_USER_PLACES, indoorShare: 0.8 } }],
    ["FR2 with 16 beams a cell", HEX_UMI_FR2_RADIO],
  ] as const) {
    const channel = createChannel(parameters, ueCount, 1);
    bench(name, () => channel.measure(moment, out));
  }
});

describe("creation", () => {
  bench("seven sites on one seed", () => void createRadio(HEX_UMA_RADIO, 1), { iterations: 3, time: 0 });
});
