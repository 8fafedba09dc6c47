import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "onnxruntime-node";
import { BadInputError } from "../bad-input.ts";
import { checkKpiRows, type KpiRow } from "../experiment/kpi-row.ts";
import { type ModelManifest, modelManifestSchema, parseModelManifest } from "../model/manifest.ts";
import { readSignature } from "../model/onnx-signature.ts";
import type { ValueSpec } from "../model/session.ts";
import { cpuClass } from "./cpu-class.ts";
import { makeFolder } from "./make-folder.ts";
import { writeWhole } from "./write-whole.ts";

/** Models on disk: `<name>.onnx`, the weights, and `<name>.json`, the manifest that says what they are. */

/** What whoever trained a model knows; the rest of the manifest is read from the file and from this machine. */
export interface ModelDescription {
  readonly modelId: string;
  readonly normalisation: Readonly<Record<string, number | readonly number[]>>;
  readonly training: {
    readonly command: readonly string[];
    readonly seed: number;
    readonly steps: number;
    readonly dataSha256: string;
    readonly gitRevision?: string;
  };
  readonly metrics: readonly KpiRow[];
}

/** What a reader asks of a model. */
export interface ExpectedModel {
  readonly modelId?: string;
  readonly inputs?: readonly ValueSpec[];
  readonly outputs?: readonly ValueSpec[];
}

/** Returns the SHA-256 of bytes, given in parts, as 64 hexadecimal digits: what a manifest holds for data and weights. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * Writes a model to `folder`, weights first, and returns its manifest. Throws RangeError when the description is not one
 * that could be read back (a number that is not finite, a hash that is none), BadInputError when the bytes are no ONNX
 * file.
 */
export async function saveModel(
  folder: string,
  name: string,
  { onnx, manifest }: { readonly onnx: Uint8Array; readonly manifest: ModelDescription },
): Promise<ModelManifest> {
  const paths = modelPaths(folder, name);
  const signature = readSignature(onnx, paths.onnx);
  checkKpiRows(manifest.metrics);
  const parsed = modelManifestSchema.safeParse({
    format: 1,
    ...manifest,
    inputs: signature.inputs,
    outputs: signature.outputs,
    training: { ...manifest.training, onnxruntime: env.versions.node, cpuClass: cpuClass() },
    onnxSha256: sha256(onnx),
  });
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new RangeError(`the manifest of ${name}: ${[...path, message].join(": ")}`);
  }
  await makeFolder(folder);
  await writeWhole(paths.onnx, onnx);
  await writeWhole(paths.manifest, `${JSON.stringify(parsed.data, null, 2)}\n`);
  return parsed.data as ModelManifest;
}

/**
 * Returns a model's bytes and manifest. Everything is checked before it is used. Throws BadInputError when a file is
 * missing or damaged, the manifest is of another format version, the weights are not those that it describes, or the
 * model is not the one that is `expected`.
 */
export async function loadModel(
  folder: string,
  name: string,
  expected: ExpectedModel = {},
): Promise<{ readonly onnx: Uint8Array; readonly manifest: ModelManifest }> {
  const paths = modelPaths(folder, name);
  const manifest = parseModelManifest(await readJson(paths.manifest), paths.manifest);
  const onnx = await readBytes(paths.onnx);
  if (sha256(onnx) !== manifest.onnxSha256) {
    throw mismatch(paths.onnx, `the weights that ${name}.json describes`, "a file of another SHA-256");
  }
  const signature = readSignature(onnx, paths.onnx);
  for (const side of ["inputs", "outputs"] as const) {
    compareSpecs(paths.manifest, side, signature[side], manifest[side]);
    if (expected[side] !== undefined) compareSpecs(paths.onnx, side, expected[side], signature[side]);
  }
  if (expected.modelId !== undefined && manifest.modelId !== expected.modelId) {
    throw mismatch(paths.manifest, `the model ${expected.modelId}`, manifest.modelId);
  }
  return { onnx, manifest };
}

function modelPaths(folder: string, name: string): { readonly onnx: string; readonly manifest: string } {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new RangeError(`"${name}" cannot be the name of a model`);
  return { onnx: join(folder, `${name}.onnx`), manifest: join(folder, `${name}.json`) };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new BadInputError("unreadable-model", {
      subject: path,
      expected: "a file of a trained model",
      got: (error as NodeJS.ErrnoException).code ?? String(error),
      remedy: "restore it, or train the model again",
    });
  }
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readBytes(path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BadInputError("bad-model-manifest", {
      subject: path,
      expected: "the manifest of a model, as JSON",
      got: `${bytes.byteLength} bytes that are not JSON`,
    });
  }
}

function compareSpecs(
  subject: string,
  side: "inputs" | "outputs",
  expected: readonly ValueSpec[],
  got: readonly ValueSpec[],
): void {
  const text = (specs: readonly ValueSpec[]): string =>
    specs.map(({ name, type, shape }) => `${name} ${type}[${shape}]`).join(", ");
  if (text(expected) !== text(got)) throw mismatch(`${subject}, ${side}`, text(expected), text(got));
}

function mismatch(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError("model-mismatch", {
    subject,
    expected,
    got,
    remedy: "take the files that were saved together, or train the model again",
  });
}
