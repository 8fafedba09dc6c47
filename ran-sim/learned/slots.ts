import { UNHEARD_DBM } from "../policy/trend.ts";

/**
 * Which cells a phone's state speaks of: the strongest that were reported, the serving one always. A cell keeps its slot
 * until another is clearly stronger, so that a state is not thrown away over a decibel of noise.
 */

export const NO_CELL = -1;
const CLEARLY_STRONGER_DB = 2;

/**
 * Brings `cells` [slots] up to date with a report [cell], in place. Returns the slots that changed hands: what they
 * remember is of another cell.
 */
export function assignSlots(cells: Int16Array, reportDbm: Float64Array, serving: number): readonly number[] {
  if (isSettled(cells, reportDbm, serving)) return NO_CHANGE;
  const changed: number[] = [];
  const levelOf = (cell: number): number => (cell === NO_CELL ? Number.NEGATIVE_INFINITY : reportDbm[cell]);
  const held = new Set(cells);
  const take = (cell: number, marginDb: number): void => {
    let weakest = -1;
    for (const [slot, occupant] of cells.entries()) {
      if (occupant === serving && occupant !== NO_CELL) continue;
      if (weakest < 0 || levelOf(occupant) < levelOf(cells[weakest])) weakest = slot;
    }
    const occupant = cells[weakest];
    if (!(reportDbm[cell] > levelOf(occupant) + marginDb)) return;
    held.delete(occupant);
    held.add(cell);
    cells[weakest] = cell;
    changed.push(weakest);
  };
  if (serving >= 0 && !held.has(serving)) take(serving, Number.NEGATIVE_INFINITY);
  const heard = Array.from(reportDbm.keys()).filter((cell) => reportDbm[cell] > UNHEARD_DBM);
  heard.sort((a, b) => reportDbm[b] - reportDbm[a] || a - b);
  for (const cell of heard.slice(0, cells.length)) if (!held.has(cell)) take(cell, CLEARLY_STRONGER_DB);
  return changed;
}

const NO_CHANGE: readonly number[] = [];

/** Whether nothing can change hands: the usual case, in which nothing has to be ranked. */
function isSettled(cells: Int16Array, reportDbm: Float64Array, serving: number): boolean {
  if (serving >= 0 && !cells.includes(serving)) return false;
  let weakestDbm = Number.POSITIVE_INFINITY;
  for (const cell of cells) {
    if (cell === NO_CELL) return false;
    if (cell !== serving && reportDbm[cell] < weakestDbm) weakestDbm = reportDbm[cell];
  }
  for (let cell = 0; cell < reportDbm.length; cell++) {
    if (reportDbm[cell] > weakestDbm + CLEARLY_STRONGER_DB && !cells.includes(cell)) return false;
  }
  return true;
}
