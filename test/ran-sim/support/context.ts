/** A learned memory with seeded weights, small enough for tests, and reports to feed it. */
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import { createContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import {
  type ContextModel,
  type ContextRuntime,
  createContextRuntime,
  declareContext,
} from "../../../ran-sim/learned/context-runtime.ts";
import type { ContextShape } from "../../../ran-sim/learned/context-shape.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { Phase } from "../../../ran-sim/state.ts";

export const smallShape: ContextShape = { slots: 4, slotWidth: 4, ueWidth: 6, messageWidth: 5 };

export const smallModel: ContextModel = { modelId: "context-test", shape: smallShape, latentBytes: 8 };

/** Returns the weights in which a training of `model` would start, four times as large: its gates are not all half open. */
export function seededWeights(model: ContextModel, seed = 1): Float32Array {
  const graph = createGraph();
  declareContext(graph, model);
  return initialParameters(graph, seed).map((value) => 4 * value);
}

export function seededRuntime(ueCount: number, model = smallModel, seed = 1): ContextRuntime {
  return createContextRuntime(model, ueCount, {
    readWeights: async () => seededWeights(model, seed),
    open: openOnnxSession,
  });
}

/** Returns a memory of some phones among some cells. */
export function memoryOf(
  runtime: ContextRuntime,
  {
    ueCount = 1,
    cellCount = 6,
    sameSite = new Uint8Array(cellCount * cellCount) as Uint8Array,
    reportPeriodMs = 40,
  } = {},
) {
  return createContextMemory(runtime, { ueCount, cellCount, sameSite, reportPeriodMs });
}

/** Returns one tick with a report. `levels` and `sinrs` are [ue][cell], dBm and dB; SINR is level + 95 unless told. */
export function reportOf(
  timeS: number,
  levels: readonly (readonly number[])[],
  serving: readonly number[],
  sinrs: readonly (readonly number[])[] = levels.map((row) => row.map((level) => level + 95)),
): UeBatch {
  const [ueCount, cellCount] = [levels.length, levels[0].length];
  const flat = Float64Array.from(levels.flat());
  return {
    tick: Math.round(timeS * 100),
    timeS,
    tickMs: 10,
    ueCount,
    cellCount,
    phase: new Uint8Array(ueCount).fill(Phase.connected),
    serving: Int32Array.from(serving),
    target: new Int32Array(ueCount).fill(-1),
    l3RsrpDbm: flat,
    l1RsrpDbm: flat,
    candidatePhase: null,
    reportedRsrpDbm: flat,
    reportedSinrDb: Float64Array.from(sinrs.flat()),
    hasReport: true,
  };
}
