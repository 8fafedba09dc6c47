import {
  type Awaitable,
  type Consignment,
  type HandOff,
  type Reception,
  rowOf,
  type StateBatch,
  whenReady,
} from "#core";
import type { NetworkMemory } from "../policy/policy.ts";

/** The third step at a handover: what the target knows of the phones that have come to it. */

/**
 * Takes over the phones `ues`, which have completed their handovers by `atS`: what was known of each is gone, or has stayed where it
 * was; then what has come of `consignments` is projected, and written for those phones for which it could be used. A rule
 * without a memory (null) has nothing to write.
 */
export function takeOver(
  {
    memory,
    handOff,
  }: { readonly memory: NetworkMemory | null; readonly handOff: HandOff<StateBatch, StateBatch> },
  ues: readonly number[],
  consignments: readonly (Consignment | null)[],
  atS: number,
): Awaitable<Reception<StateBatch>> {
  if (memory === null) return handOff.receive(consignments, statesOfNothing(ues.length), atS);
  for (const ue of ues) {
    if (memory.stays === undefined) memory.forget(ue);
    else memory.stays.moved(ue);
  }
  return whenReady(handOff.receive(consignments, memory.read(ues), atS), (reception) => {
    const usable = reception.outcomes.flatMap((outcome, row) => (outcome === "warm" ? [row] : []));
    if (usable.length === 0) return reception;
    const written = memory.write(
      usable.map((row) => ues[row]),
      rowsOf(reception.states, usable),
    );
    return whenReady(written, () => reception);
  });
}

function statesOfNothing(count: number): StateBatch {
  return { count, size: 0, values: new Float32Array(0) };
}

/** Returns some rows of a batch as a batch. */
function rowsOf(states: StateBatch, rows: readonly number[]): StateBatch {
  const { size } = states;
  const values = new Float32Array(rows.length * size);
  for (const [to, from] of rows.entries()) values.set(rowOf(states, from), to * size);
  return { count: rows.length, size, values };
}
