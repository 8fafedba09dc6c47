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

/** The sizes of the marks run with every training seed, 128 bytes in the closed loop too; the others with the first seed, open loop. */
const sized = (point: Point, trainings: "all" | "one"): Point => ({
  ...point,
  ...(trainings === "all" ? {} : { trainingSeeds: [1] }),
  loops: point.label === "bytes=128 int8" ? "both" : "open",
});
const sizes = [8, 16, 32, 64, 128, 256];
const equalBytes = sizes.map((bytes) =>
  sized(payload(bytes, "int8"), bytes === 32 || bytes === 128 ? "all" : "one"),
);
const controlled = equalBytes.filter((_, i) => [8, 32, 128].includes(sizes[i]));

/** Every trained size in int8, and 32 values in more precision: 128 bytes in fp32, as the paper has them. */
const latents = [
  ...trainedLatentBytes.map((bytes) => sized(payload(bytes, "int8"), "all")),
  sized(payload(64, "fp16"), "one"),
  sized(payload(128, "fp32"), "one"),
];
/** What the average latent of a deployment of cars is worth to those who walk: whether it tells the kind of network. */
const ofDrivers: Point = {
  label: "bytes=128 int8 of=60kmh",
  settings: [...payload(128, "int8").settings, { path: "mobility.speedKmh", value: 60 }],
  loops: "open",
};

export const study: Study = {
  slug: "bytes",
  ...onSyntheticWorlds(721),
  settings: size(40, 20),
  conditions: [walking],
  arms: [
    learned("cold"),
    learned("whole"),
    learned("latent", latents),
    learned("pca", equalBytes),
    learned("raw", equalBytes),
    learned("another", controlled),
    learned("mean", [...controlled, ofDrivers]),
  ],
  references: ["cold", "raw bytes=128 int8", "pca bytes=128 int8", "another bytes=128 int8"],
  reported: [...openLoop, ...closedLoop, "xnPayloadBytesPerHandover"],
};

export const short = shortOf(study, {
  conditions: [driving],
  arms: [
    learned("cold"),
    learned("whole"),
    learned("latent", controlled.slice(1)),
    learned("raw", controlled.slice(1)),
  ],
  references: ["cold"],
});

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "bytes.svg": drawBytes(result) }) },
});
