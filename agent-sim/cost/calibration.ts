// Figures that the formulas start from (spec/agents.md section 3), each with its source and date. Inputs, not results.
import type { PrefillRate } from "./prefill.ts";

/** A number that someone published, that was measured where its source says, or that we chose. */
export type Provenance =
  | { readonly kind: "measured"; readonly source: string }
  | { readonly kind: "cited"; readonly source: string }
  | { readonly kind: "assumed"; readonly source: string };

/** When the figures were collected; their sources may carry earlier dates of their own. */
export const calibrationDate = "2026-11";

const gpuBenchmarks = (what: string): Provenance => ({
  kind: "cited",
  source: `XiongjieDai/GPU-Benchmarks-on-LLM-Inference, May 2024, ${what}`,
});

const threeLengths = (at512: number, at4096: number, at8192: number): PrefillRate => ({
  points: [
    { tokens: 512, tokensPerS: at512 },
    { tokens: 4096, tokensPerS: at4096 },
    { tokens: 8192, tokensPerS: at8192 },
  ],
  fixedS: 0,
});

const oneLength = (tokens: number, tokensPerS: number, fixedS = 0): PrefillRate => ({
  points: [{ tokens, tokensPerS }],
  fixedS,
});

/**
 * The length at which a speed holds that comes without one: attention is added around it. Ours, and about that of the documents of
 * `default`.
 */
export const assumedPromptTokens = 1000;

/** Bytes of a weight: half precision, and the mean of llama.cpp's four-bit files of this size (4.9 GB for 8.0 billion). */
const HALF = 2;
const FOUR_BIT = 0.61;

/** Prefill speeds by hardware and the model they were taken with: pair them with that model. */
export const prefillCalibrations = {
  "qwen2.5-7b-linear": {
    // A line over lengths that are not known here.
    rate: oneLength(assumedPromptTokens, 1 / 9.4267e-5, 2.4e-3),
    weightBytes: HALF,
    provenance: {
      kind: "cited",
      source: "arXiv 2603.28018, Qwen2.5-7B: 9.4267e-5 s a token + 2.4e-3 s",
    },
  },
  "rtx-4090-llama-3-8b-q4": {
    rate: threeLengths(7139, 5266, 4040),
    weightBytes: FOUR_BIT,
    provenance: gpuBenchmarks("RTX 4090, Llama-3-8B Q4"),
  },
  "rtx-3090-llama-3-8b-q4": {
    rate: threeLengths(4030, 3170, 2527),
    weightBytes: FOUR_BIT,
    provenance: gpuBenchmarks("RTX 3090, Llama-3-8B Q4"),
  },
  "m2-ultra-llama-3-8b-q4": {
    rate: threeLengths(994, 979, 914),
    weightBytes: FOUR_BIT,
    provenance: gpuBenchmarks("M2 Ultra, Llama-3-8B Q4"),
  },
  "a100-llama-2-7b-f16": {
    rate: oneLength(512, 5106),
    weightBytes: HALF,
    provenance: gpuBenchmarks("A100, Llama-2-7B F16"),
  },
  "h100-pcie-llama-2-7b-f16": {
    rate: oneLength(512, 7367),
    weightBytes: HALF,
    provenance: gpuBenchmarks("H100 PCIe, Llama-2-7B F16"),
  },
  "gtx-1080-qwen2.5-7b-q4": {
    rate: oneLength(3501, 3501 / 8.685),
    weightBytes: FOUR_BIT,
    provenance: {
      kind: "cited",
      source: "SwarmKV README, Qwen2.5-7B Q4, GTX 1080: 3,501 tokens in 8.685 s",
    },
  },
} as const satisfies Record<
  string,
  {
    readonly rate: PrefillRate;
    /** Bytes of a weight of the model that was timed, which decoding reads: assumed. */
    readonly weightBytes: number;
    readonly provenance: Provenance;
  }
>;

/** Effective bytes a second of a link between two receivers. */
export const linkCalibrations = {
  "1gbe": {
    bytesPerS: 125e6,
    provenance: { kind: "cited", source: "1 Gbit/s Ethernet, nominal rate" },
  },
  "10gbe": {
    bytesPerS: 1.25e9,
    provenance: { kind: "cited", source: "10 Gbit/s Ethernet, nominal rate" },
  },
  rdma: {
    bytesPerS: 5e9,
    provenance: { kind: "cited", source: "RDMA, low end of the reported 5-17 GB/s" },
  },
  pcie5: { bytesPerS: 54e9, provenance: { kind: "cited", source: "PCIe 5.0, reported" } },
} as const satisfies Record<string, { readonly bytesPerS: number; readonly provenance: Provenance }>;

/** Factors on the input price for storing a prompt prefix and for reading it again. */
export const cachePriceFactors = {
  write: 1.25,
  read: 0.1,
  provenance: { kind: "cited", source: "vendors' price pages, user-editable" } satisfies Provenance,
} as const;

/** Recompute against a peer-to-peer pull of the cache, gpt-oss-120b on H200; to check the pull formula against. */
export const pullMeasurements = {
  provenance: { kind: "cited", source: "llm-d draft blog, gpt-oss-120b on H200" } satisfies Provenance,
  rows: [
    { tokens: 2048, recomputeMs: 78, pullMs: 35 },
    { tokens: 8192, recomputeMs: 250, pullMs: 57 },
    { tokens: 16_384, recomputeMs: 510, pullMs: 86 },
    { tokens: 32_768, recomputeMs: 1173, pullMs: 165 },
  ],
} as const;

/** Share of input tokens that coding agents read from a prompt cache: what `cacheReadShare` is to be seen against. */
export const codingAgentCacheReads = {
  share: 0.958,
  provenance: { kind: "cited", source: "TraceLab: cache reads in coding agents" } satisfies Provenance,
} as const;
