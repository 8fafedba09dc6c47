// How many bytes does a carried state need? Accuracy and gap closed by payload bytes and precision; see README.md.
import { trainedLatentBytes } from "#ran-sim";
import { closedLoop, driving, onSyntheticWorlds, openLoop, shortOf, size, walking } from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { learned, type Point, type Study } from "../harness/study.ts";
import { drawBytes } from "./figure.ts";

const payload = (bytes: number, precision: string): Point => ({
  label: `bytes=${bytes} ${precision}`,
  settings: [
    { path: "payload.bytes", value: bytes },
    { path: "payload.precision", value: precision },
  ],
});

/** Every trained size in int8, and 32 values in more precision: 128 bytes in fp32, as the paper has them. */
const latents = [
  ...trainedLatentBytes.map((bytes) => payload(bytes, "int8")),
  payload(64, "fp16"),
  payload(128, "fp32"),
];
const equalBytes = [8, 16, 32, 64, 128, 256].map((bytes) => payload(bytes, "int8"));
const controlled = [8, 32, 128].map((bytes) => payload(bytes, "int8"));

/** What the average latent of a deployment of cars is worth to those who walk: whether it tells the kind of network. */
const ofDrivers: Point = {
  label: "bytes=128 int8 of=60kmh",
  settings: [...payload(128, "int8").settings, { path: "mobility.speedKmh", value: 60 }],
};

export const study: Study = {
  slug: "bytes",
  ...onSyntheticWorlds(701),
  settings: size(40, 20),
  conditions: [walking],
  arms: [
    learned("cold"),
    learned("full"),
    learned("latent", latents),
    learned("pca", equalBytes),
    learned("raw128", equalBytes),
    learned("shuffled", controlled),
    learned("mean", [...controlled, ofDrivers]),
  ],
  references: ["cold", "raw128 bytes=128 int8", "pca bytes=128 int8", "shuffled bytes=128 int8"],
  reported: [...openLoop, ...closedLoop, "xnBytesPerHandover"],
};

export const short = shortOf(study, {
  conditions: [driving],
  arms: [
    learned("cold"),
    learned("full"),
    learned("latent", latents.slice(0, 1)),
    learned("raw128", equalBytes.slice(0, 2)),
  ],
  references: ["cold"],
});

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "bytes.svg": drawBytes(result) }) },
});
