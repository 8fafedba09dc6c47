import { rowOf, type StateBatch } from "#core";
import type { CellStay, Departure } from "../policy/policy.ts";
import { CELL_LIST_SIZE, readCellList, writeCellList } from "../xn/cell-lists.ts";
import type { StandardIe } from "../xn/index.ts";
import { ENTRIES, ENTRY_FEATURES, writeEntries } from "./cell-list-start.ts";
import type { ContextMemory, Expectation } from "./context-memory.ts";
import type { ContextRuntime } from "./context-runtime.ts";
import { NO_CELL } from "./slots.ts";
import { predictTrajectory } from "./trajectory.ts";

export interface CellListMemory extends ContextMemory {
  depart(leaving: readonly Departure[]): void;
}

/**
 * Returns `memory` with the states that it hands on replaced by what the standard lets a HANDOVER REQUEST say: `read` returns
 * the list of cells that was made at the request, `write` starts the target's state from one. `runtime` is of a model that was
 * trained with just that. Throws RangeError for any other.
 */
export function createCellListMemory(
  memory: ContextMemory,
  runtime: ContextRuntime,
  of: StandardIe,
  ueCount: number,
): CellListMemory {
  const { startFrom } = runtime;
  if (startFrom === null) throw new RangeError("a model that was not trained with lists of cells");
  const { slots } = runtime.shape;
  const lists = new Float32Array(ueCount * CELL_LIST_SIZE).fill(-1);
  /** The candidate lists of the requests: which cells the slots of the target will be of. */
  const candidates = new Int16Array(ueCount * slots).fill(NO_CELL);
  const targets = new Int32Array(ueCount).fill(NO_CELL);
  const rowAt = (ue: number): Float32Array => lists.subarray(ue * CELL_LIST_SIZE, (ue + 1) * CELL_LIST_SIZE);

  return {
    ...memory,
    stateSize: CELL_LIST_SIZE,
    depart(leaving: readonly Departure[]) {
      memory.depart?.(leaving);
      for (const { ue, target, history } of leaving) {
        candidates.set(memory.cellsOf(ue), ue * slots);
        targets[ue] = target;
        writeCellList(
          rowAt(ue),
          of === "ueHistory" ? inTenths(history) : predictTrajectory(knownTo(ue), target),
        );
      }
    },
    read(ues) {
      const values = new Float32Array(ues.length * CELL_LIST_SIZE);
      for (const [i, ue] of ues.entries()) values.set(rowAt(ue), i * CELL_LIST_SIZE);
      return { count: ues.length, size: CELL_LIST_SIZE, values };
    },
    async write(ues, arrived) {
      const entries = new Float32Array(ues.length * ENTRIES * ENTRY_FEATURES);
      const ofSlots = new Float32Array(ues.length * ENTRIES * slots);
      for (const [i, ue] of ues.entries()) {
        const cells = candidates.subarray(ue * slots, (ue + 1) * slots);
        const list = readCellList(rowOf(arrived, i));
        const arriving = { cell: targets[ue], stayS: 0 };
        writeEntries(entries, ofSlots, i, of === "ueHistory" ? [arriving, ...list] : list, cells);
      }
      const values = await startFrom(entries, ofSlots, ues.length);
      const states: StateBatch = { count: ues.length, size: memory.stateSize, values };
      await memory.write(ues, states);
    },
  };

  function knownTo(ue: number): { readonly cell: number; readonly expected: Expectation }[] {
    return Array.from(memory.cellsOf(ue)).flatMap((cell) => {
      const expected = cell === NO_CELL ? undefined : memory.expectation(ue, cell);
      return expected === undefined ? [] : [{ cell, expected }];
    });
  }
}

/** A row holds less than a number: rounded before, so that it is the element of the request to the octet. */
function inTenths(history: readonly CellStay[]): readonly CellStay[] {
  return history.map(({ cell, stayS }) => ({ cell, stayS: Math.round(stayS * 10) / 10 }));
}
