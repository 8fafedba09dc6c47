import {
  anotherEntity,
  bytesPerValue,
  type createHandOff,
  createStream,
  identitySteps,
  type LinearModel,
  linearSteps,
  type Precision,
  type StateBatch,
} from "#core";
import type { RanEvent } from "../events.ts";
import { ueHistory } from "../handover/attachment.ts";
import type { ContextRuntime } from "../learned/context-runtime.ts";
import type { RawLayout } from "../learned/raw-memory.ts";
import type { NetworkMemory } from "../policy/policy.ts";
import { type RawReportLayout, rawReportSteps } from "../policy/raw-reports.ts";
import type { Trend } from "../policy/trend.ts";
import type { RanScenario } from "../scenario.ts";
import { NONE, type RanState } from "../state.ts";
import type { World } from "../world.ts";
import { CELL_LIST_SIZE, historyFormat, trajectoryFormat } from "../xn/cell-lists.ts";
import type { StandardIe } from "../xn/index.ts";

/** The first step at a handover: whose state leaves with a HANDOVER REQUEST, and as what. */

/** Whose state the source compresses for a phone. */
export type Sends =
  | { readonly what: "own" }
  /** `among`: whether the state of `other` can stand in for that of `ue`; left out, that of any phone can. */
  | { readonly what: "another"; among?(ue: number, other: number): boolean }
  /** A fixed row, or one drawn for (phone, attempt). */
  | { readonly what: "row"; row(ue: number, attempt: number): Float32Array };

/** A HANDOVER REQUEST as it leaves. */
export type RequestEvent = Extract<RanEvent, { type: "handoverRequest" }>;

/**
 * Returns what takes the states of the phones whose requests leave on one tick, a row [memory.stateSize] for each in order. The
 * memory learns of the departures first, since the list of measured cells in a request says what the values of a state mean.
 */
export function statesLeaving(parts: {
  readonly sends: Sends;
  readonly memory: NetworkMemory;
  readonly state: RanState;
  readonly world: Pick<World, "ueCount" | "tickMs">;
  readonly seed: number;
}): (requests: readonly RequestEvent[]) => StateBatch {
  const { sends, memory, state, world, seed } = parts;
  const { ueCount, tickMs } = world;
  const others = createStream(seed, "shuffled");

  return (requests) => {
    memory.depart?.(
      requests.map(({ ue, source, target, tick }) => ({
        ...{ ue, source, target },
        history: ueHistory(state, ue, tickMs, tick),
      })),
    );
    switch (sends.what) {
      case "own":
        return memory.read(requests.map(({ ue }) => ue));
      case "another":
        return memory.read(requests.map(({ ue, attempt }) => anotherPhone(ue, attempt, sends.among)));
      case "row": {
        const { stateSize } = memory;
        const values = new Float32Array(requests.length * stateSize);
        for (const [i, { ue, attempt }] of requests.entries()) {
          values.set(sends.row(ue, attempt), i * stateSize);
        }
        return { count: requests.length, size: stateSize, values };
      }
    }
  };

  /** Returns a phone other than `ue` that is served now and `among` those that can stand in; `ue` itself when there is none. */
  function anotherPhone(
    ue: number,
    attempt: number,
    among: (ue: number, other: number) => boolean = () => true,
  ): number {
    const start = others.integer(ueCount, ue, attempt);
    return anotherEntity(ue, ueCount, start, (other) => state.serving[other] !== NONE && among(ue, other));
  }
}

/** How a state becomes a payload, and a payload a state again: what an arm chooses of its hand-off. */
export type CarriedAs = Omit<Parameters<typeof createHandOff>[0], "link" | "end">;

/**
 * Returns how many values the payload holds. The bytes are a budget: a memory of fewer values than fit (43 in
 * `hex-uma`, 11 on five cells) is sent in fewer bytes, as a rotation without loss but for the precision.
 */
export function payloadValues({ payload }: Pick<RanScenario, "payload">): number {
  return Math.floor(payload.bytes / bytesPerValue[payload.precision]);
}

/** Every value of the state, four bytes each; `of` names the memory. */
export function asWhole(of: string, stateSize: number): CarriedAs {
  return { ...identitySteps(of, stateSize), precision: "fp32" };
}

/** The state in the coordinates of a linear model: principal components, or a random projection. */
export function asComponents(model: LinearModel, precision: Precision): CarriedAs {
  return { ...linearSteps(model), precision };
}

/** The learned latent: a beta-VAE's encoder and a gated decoder. Throws RangeError for a model that was trained without. */
export function asLatent({ steps }: Pick<ContextRuntime, "steps">, precision: Precision): CarriedAs {
  if (steps === null) throw new RangeError("a model of latents has no steps");
  return { ...steps, precision };
}

/** The last raw reports that a recursion over levels keeps, replayed through it. */
export function asReportsOfTrend(trend: Trend, layout: RawReportLayout, precision: Precision): CarriedAs {
  return { ...rawReportSteps(trend, layout), precision };
}

/** Two values of each slot of a report; every second report, so that the history is twice as long. */
const RAW_STRIDE = 2;

/** Returns how many reports of `slots` cells fit into `values` bytes, one at least. */
export function rawLayout(values: number, slots: number): RawLayout {
  return { reports: Math.max(1, Math.floor(values / (2 * slots))), stride: RAW_STRIDE };
}

/** The last raw reports that a raw memory keeps, `size` values; the replay is the memory's own. */
export function asReports(size: number, layout: RawLayout): CarriedAs {
  const modelId = `raw-reports-${layout.reports}x${layout.stride}-${size}`;
  return {
    precision: "int8",
    compressor: {
      modelId,
      label: `last ${layout.reports} reports, every ${layout.stride}.`,
      stateSize: size,
      latentSize: size,
      compress: (states) => ({ ...states, modelId }),
    },
    projector: {
      modelId,
      label: "replayed through the target's model",
      latentSize: size,
      stateSize: size,
      project: (latents) => ({ count: latents.count, size, values: latents.values }),
    },
  };
}

/** A list of cells as an element of the standard writes it; the memory starts from it. */
export function asElement(of: StandardIe, cellCount: number): CarriedAs {
  const { compressor, projector } = identitySteps(of, CELL_LIST_SIZE);
  return {
    compressor: { ...compressor, label: of === "ueHistory" ? "cells visited" : "cells expected" },
    projector: { ...projector, label: "start of the target's model" },
    precision: of === "ueHistory" ? historyFormat(cellCount) : trajectoryFormat(cellCount),
  };
}
