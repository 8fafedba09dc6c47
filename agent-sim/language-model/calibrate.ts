// How fast a model reads, decodes and passes on its cache on this machine: medians of repeated operations.
import { BadInputError, bootstrapQuantile } from "#core";
import { type CalibrationFile, calibrationFileSchema } from "../cost/calibration-file.ts";
import { encodeCache, openCache } from "../hand-off/cache.ts";
import { decodeGreedily, type KvCache, type LanguageModel, type ModelOutput } from "./language-model.ts";

/** With fewer, a median says little. */
export const fewestRepeats = 5;
/** Lengths of prompts, where the model has room for them. */
const promptTokens = [16, 64, 256, 1024, 4096, 16_384];
/** Tokens of a receiver's own prompt behind a cache. */
const OWN_TOKENS = 16;
const DECODED_TOKENS = 16;

export interface CalibrationOptions {
  readonly model: LanguageModel;
  /** Text for the model to read, as ids; repeated where it is too short. */
  readonly ids: readonly number[];
  readonly repeats: number;
  /** A clock in seconds. */
  readonly nowS: () => number;
  /** Called before each operation that is measured, with what it is. */
  readonly onStep?: (what: string) => void;
  /** Throws to stop. */
  readonly pause?: () => Promise<void>;
}

/** Speeds of a model: what a calibration file holds but for whose they are. */
export type Speeds = Pick<
  CalibrationFile,
  "prefill" | "decode" | "cachedPrefill" | "cacheExport" | "cacheImport"
>;

/**
 * Returns the speeds of a model, each the median of `repeats` operations after one that does not count (a runtime makes
 * ready for a size when it first meets it), with the bootstrap interval of the median.
 *
 * Throws BadInputError for fewer than 5 repeats and for a model with too little room.
 */
export async function measureSpeeds(options: CalibrationOptions): Promise<Speeds> {
  const { model, repeats } = options;
  if (!Number.isInteger(repeats) || repeats < fewestRepeats) {
    throw new BadInputError("bad-flag", {
      subject: "repeats of a calibration",
      expected: `an integer of at least ${fewestRepeats}`,
      got: String(repeats),
    });
  }
  const room = model.shape.contextTokens - DECODED_TOKENS;
  const lengths = promptTokens.filter((tokens) => tokens <= room);
  if (lengths.length === 0) {
    throw new BadInputError("model-folder", {
      subject: model.modelId,
      expected: `room for ${promptTokens[0] + DECODED_TOKENS} positions`,
      got: String(model.shape.contextTokens),
    });
  }
  const prefill: Speeds["prefill"][number][] = [];
  const cachedPrefill: NonNullable<Speeds["cachedPrefill"]>[number][] = [];
  const cacheExport: NonNullable<Speeds["cacheExport"]>[number][] = [];
  const cacheImport: NonNullable<Speeds["cacheImport"]>[number][] = [];
  let last: ModelOutput | null = null;
  for (const tokens of lengths) {
    const ids = idsOf(options, tokens);
    const { seconds, result } = await repeat(options, `prefill of ${tokens} tokens`, () =>
      model.run({ ids }, null),
    );
    prefill.push({ ...medianOf(seconds, (s) => tokens / s, "tokensPerS"), tokens });
    last = result;
    if (tokens > OWN_TOKENS) cachedPrefill.push(await measureCached(options, tokens));
    const passed = await measureCache(options, result.cache);
    cacheExport.push(passed.export);
    cacheImport.push(passed.import);
  }
  const from = last as ModelOutput;
  const { seconds } = await repeat(options, `decoding ${DECODED_TOKENS} tokens`, () =>
    // The first token needs no step: what is behind it was read.
    decodeGreedily({ ...model, endToken: null }, from, DECODED_TOKENS + 1),
  );
  const decode = [
    {
      ...medianOf(seconds, (s) => DECODED_TOKENS / s, "tokensPerS"),
      sequences: 1,
      contextTokens: from.cache.tokens + (DECODED_TOKENS - 1) / 2,
    },
  ];
  return { prefill, cachedPrefill, decode, cacheExport, cacheImport };
}

/** Returns the calibration file of speeds. */
export function calibrationFile(
  speeds: Speeds,
  about: Pick<CalibrationFile, "measuredAt" | "machine" | "runtime"> & { readonly name: string },
  { shape }: Pick<LanguageModel, "shape">,
): CalibrationFile {
  const { layers, heads, kvHeads, headSize, parameters } = shape;
  const { measuredAt, machine, runtime, name } = about;
  return calibrationFileSchema.parse({
    format: "baton-calibration",
    version: 1,
    measuredAt,
    machine,
    runtime,
    model: { name, layers, heads, kvHeads, headSize, parameters },
    ...speeds,
  });
}

/** A receiver's own prompt behind the rest of `tokens`, which are in the cache. */
async function measureCached(
  options: CalibrationOptions,
  tokens: number,
): Promise<NonNullable<Speeds["cachedPrefill"]>[number]> {
  const { model } = options;
  const cachedTokens = tokens - OWN_TOKENS;
  const ids = idsOf(options, tokens);
  const { cache } = await model.run({ ids: ids.subarray(0, cachedTokens) }, null);
  const own = ids.subarray(cachedTokens);
  const what = `prefill of ${OWN_TOKENS} tokens behind ${cachedTokens} in the cache`;
  const { seconds } = await repeat(options, what, () => model.run({ ids: own }, cache));
  return { ...medianOf(seconds, (s) => OWN_TOKENS / s, "tokensPerS"), tokens: OWN_TOKENS, cachedTokens };
}

/** The cache as a message of fp16, and back; both are checked to be what they should. */
async function measureCache(options: CalibrationOptions, cache: KvCache) {
  const { model } = options;
  const route = { task: 0, from: "sender", to: "receiver", sequence: 0 };
  const { tokens } = cache;
  const written = await repeat(options, `export of a cache of ${tokens} tokens`, () =>
    Promise.resolve(encodeCache(route, model, cache, "fp16")),
  );
  const read = await repeat(options, `import of a cache of ${tokens} tokens`, () => {
    const opened = openCache(written.result, model);
    if (!opened.ok) throw new RangeError(`${model.modelId}: its own cache is refused: ${opened.reason}`);
    return Promise.resolve(opened);
  });
  const bytes = written.result.length;
  return {
    export: { ...medianOf(written.seconds, (s) => 1000 * s, "ms"), tokens, bytes },
    import: { ...medianOf(read.seconds, (s) => 1000 * s, "ms"), tokens, bytes },
  };
}

async function repeat<T>(
  { repeats, nowS, onStep, pause }: CalibrationOptions,
  what: string,
  work: () => Promise<T>,
): Promise<{ readonly seconds: readonly number[]; readonly result: T }> {
  onStep?.(what);
  let result = await work();
  const seconds: number[] = [];
  for (let i = 0; i < repeats; i++) {
    await pause?.();
    const startedS = nowS();
    result = await work();
    // A clock of coarse ticks says 0 of what takes less.
    seconds.push(Math.max(nowS() - startedS, 1e-9));
  }
  return { seconds, result };
}

function medianOf<K extends "tokensPerS" | "ms">(
  seconds: readonly number[],
  value: (s: number) => number,
  key: K,
) {
  const values = seconds.map(value);
  const { estimate, lo, hi } = bootstrapQuantile({ values, groups: values.map((_, i) => i) }, 0.5, {
    seed: 1,
  });
  return {
    kind: "measured" as const,
    n: values.length,
    ...(lo === null || hi === null ? {} : { ci95: [lo, hi] as [number, number] }),
    ...({ [key]: estimate } as Record<K, number>),
  };
}

function idsOf({ ids, model }: CalibrationOptions, tokens: number): Int32Array {
  if (ids.length === 0) throw new RangeError(`${model.modelId}: no text to read`);
  return Int32Array.from({ length: tokens }, (_, i) => ids[i % ids.length]);
}
