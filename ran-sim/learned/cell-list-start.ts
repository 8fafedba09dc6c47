import {
  add,
  concat,
  expand,
  type Graph,
  linear,
  matmul,
  multiply,
  reshape,
  scale,
  shift,
  silu,
  slice,
  sum,
  swapLast,
  type Tensor,
} from "#core/model";
import type { CellStay } from "../policy/policy.ts";
import { LISTED_CELLS } from "../xn/cell-lists.ts";
import type { ContextNetwork } from "./context-network.ts";
import { contextSize, LAST_VALUES } from "./context-shape.ts";

/**
 * A state made of a list of cells with times of stay: where the phone was, or is expected to go. Each entry is a message;
 * a slot hears those of its own cell, the phone hears all, and apart from them those of cells that have no slot. So the
 * numbers of cells mean nothing, as everywhere in the model. No level comes with a list; which is likely is learned.
 */
export type CellListStart = (list: {
  /** [batch, entries, ENTRY_FEATURES] */
  readonly entries: Tensor;
  /** [batch, entries, slots]: 1 where an entry is of a slot's cell. */
  readonly ofSlots: Tensor;
  /** [batch, slots]: 1 for a cell of the candidate list. */
  readonly listed: Tensor;
}) => Tensor;

/** RSRP and SINR, before what is known. */
const LEVELS = LAST_VALUES - 1;

/** Entries of a list: those of the element, and before them the target itself, of which a history does not speak. */
export const ENTRIES = LISTED_CELLS + 1;

/** Present, time of stay, time before it in the list, place in the list. */
export const ENTRY_FEATURES = 4;

/** Returns the layer, which gives states [batch, size]. Untrained it gives the network's own initial one, whatever the list. */
export function cellListStart(graph: Graph, name: string, network: ContextNetwork): CellListStart {
  const { slots, slotWidth, ueWidth, messageWidth } = network.shape;
  const slotSize = slotWidth + LAST_VALUES;
  const size = contextSize(network.shape);
  const message = linear(graph, `${name}.message`, ENTRY_FEATURES, messageWidth);
  const gathered = linear(graph, `${name}.gathered`, 2 * messageWidth, messageWidth);
  const nothing = { initial: { constant: 0 } } as const;
  const toSlot = linear(graph, `${name}.slot`, 2 * messageWidth, slotWidth + LEVELS, nothing);
  const toUe = linear(graph, `${name}.ue`, messageWidth, ueWidth, nothing);
  return ({ entries, ofSlots, listed }) => {
    const batch = entries.shape[0];
    const present = slice(entries, 2, 0, 1);
    const messages = multiply(silu(message(entries)), present);
    const elsewhere = multiply(messages, shift(scale(sum(ofSlots, [2], true), -1), 1));
    const all = silu(gathered(concat([sum(messages, [1]), sum(elsewhere, [1])], 1)));
    const ofCells = matmul(swapLast(ofSlots), messages);
    const shared = expand(reshape(all, [batch, 1, messageWidth]), [batch, slots, messageWidth]);
    const cells = toSlot(concat([ofCells, shared], 2));
    const known = reshape(listed, [batch, slots, 1]);
    const added = concat([reshape(concat([cells, known], 2), [batch, slots * slotSize]), toUe(all)], 1);
    return network.bound(add(expand(network.initial, [batch, size]), added), listed);
  };
}

/** The longest stay that either element can say. */
const LONGEST_S = 4095;

/** Returns seconds in the unit of features: 0 for none, 1 for seven; what is no time is none. */
export function secondsFeature(seconds: number): number {
  return seconds > 0 ? Math.log2(1 + Math.min(LONGEST_S, seconds)) / 3 : 0;
}

/** Returns a place in a list, from 0, in the unit of features: the first places are the ones to tell apart. */
function placeFeature(place: number): number {
  return 1 / (1 + place);
}

/**
 * Writes the features of a list at row `row` of `entries` [rows, ENTRIES, ENTRY_FEATURES], and of which of `cells`
 * [slots] each entry is into `ofSlots` [rows, ENTRIES, slots]; both are zeros before.
 */
export function writeEntries(
  entries: Float32Array,
  ofSlots: Float32Array,
  row: number,
  list: readonly CellStay[],
  cells: Int16Array,
): void {
  let beforeS = 0;
  for (const [i, { cell, stayS }] of list.slice(0, ENTRIES).entries()) {
    const at = row * ENTRIES + i;
    entries.set([1, secondsFeature(stayS), secondsFeature(beforeS), placeFeature(i)], at * ENTRY_FEATURES);
    const slot = cells.indexOf(cell);
    if (slot >= 0) ofSlots[at * cells.length + slot] = 1;
    beforeS += Math.max(0, stayS);
  }
}
