import { dbToLinear, linearToDb, type Tally } from "#core";
import type { RanEvent } from "../events.ts";
import type { Arm } from "../hand-off/arms.ts";
import type { Policy } from "../policy/policy.ts";
import type { Sensing } from "../sensing.ts";
import { NONE, type RanState } from "../state.ts";
import type { World } from "../world.ts";
import { postHandoverWindows } from "./ran-metrics.ts";

/**
 * What the target's state is worth right after a handover, open loop: one rule fixes the handovers, every arm sees the
 * same reports, and the arms differ only in what the target has been told.
 *
 * At each tick of the second after a completion, while the phone stays in the target, an arm names the cell that its
 * memory, or else what its rule knows (`Policy.expects`), says will be best over the next second: the serving cell while it knows
 * nothing, and always where a rule expects nothing of cells (A3 and its kin). Right: that cell's true
 * mean SINR over the next second is within {@link RIGHT_WITHIN_DB} of the best cell's. Regret: the difference in dB.
 * A handover counts once in each window, by the mean over the window's ticks; one whose next second lies beyond the end
 * of the world does not count.
 */
export interface PostHandover {
  /** Takes in a tick of the rule that fixes the handovers, after every arm has followed it. */
  onTick(state: RanState, events: readonly RanEvent[], sensing: Sensing): void;
  /**
   * Returns the tallies of one arm, by name of metric, over all handovers or those of one group; {} for an arm that is not
   * judged.
   */
  tallies(arm: string, group?: string): Readonly<Record<string, Tally>>;
  /** Drops the handovers completed before `tick`, so that a run without an end stays in bounded memory. */
  dropBefore(tick: number): void;
}

export const RIGHT_WITHIN_DB = 1;
export const AHEAD_MS = 1000;
/** The middle of the second ahead. */
const HORIZON_MS = AHEAD_MS / 2;

/** One handover's sums in one window, [arm]. */
interface Spell {
  readonly group: string;
  readonly completedTick: number;
  readonly sums: readonly { readonly right: Float64Array; readonly regretDb: Float64Array; ticks: number }[];
}

/** `groupOf` names the group of a handover from one cell to another. */
export function createPostHandover(
  world: Pick<World, "ueCount" | "cellCount" | "tickMs">,
  arms: readonly Arm[],
  fromTick: number,
  groupOf: (source: number, target: number) => string = () => "",
): PostHandover {
  const { ueCount, cellCount, tickMs } = world;
  const entries = ueCount * cellCount;
  const aheadTicks = Math.max(1, Math.round(AHEAD_MS / tickMs));
  const slots = aheadTicks + 1;
  const share = dbToLinear(-RIGHT_WITHIN_DB);
  /** Rings over the last second, by tick modulo `slots`. */
  const sumRing = new Float64Array(slots * entries);
  const namedRing = new Int16Array(slots * arms.length * ueCount);
  const spellRing: (Spell | null)[] = new Array(slots * ueCount).fill(null);
  const windowRing = new Int8Array(slots * ueCount);
  const named = new Int16Array(arms.length * ueCount).fill(NONE);
  const current: ({ readonly spell: Spell; readonly target: number; readonly sinceTick: number } | null)[] =
    new Array(ueCount).fill(null);
  let spells: Spell[] = [];
  const expected = new Float64Array(cellCount);
  /** States that stay elsewhere are asked, and answer between reports. */
  const answersInBetween = arms.some(({ policy }) => policy.memory?.stays !== undefined);

  return {
    onTick(state, events, sensing) {
      const tick = state.tick - 1;
      for (const event of events) {
        if (event.type !== "handoverComplete" || tick < fromTick) continue;
        const spell = createSpell(arms.length, groupOf(event.source, event.target), tick);
        spells.push(spell);
        current[event.ue] = { spell, target: event.target, sinceTick: tick };
      }
      addUp(tick, sensing.sinrLinear);
      resolve(tick, sensing.links.isPresent);
      remember(tick, state, sensing.hasReport || events.length > 0 || answersInBetween);
    },
    tallies(arm, group) {
      const index = arms.findIndex(({ name }) => name === arm);
      const counted = group === undefined ? spells : spells.filter((spell) => spell.group === group);
      return index < 0 ? {} : pool(counted, index);
    },
    dropBefore(tick) {
      spells = spells.filter(({ completedTick }) => completedTick >= tick);
    },
  };

  /** The running sum of the SINR ratio, so that the mean over any second is one difference. */
  function addUp(tick: number, sinrLinear: Float64Array): void {
    const at = (tick % slots) * entries;
    const before = ((tick + slots - 1) % slots) * entries;
    for (let i = 0; i < entries; i++) sumRing[at + i] = sumRing[before + i] + sinrLinear[i];
  }

  /** Judges what was named a second ago, now that the second is known. */
  function resolve(tick: number, isThere: Sensing["links"]["isPresent"]): void {
    const past = tick - aheadTicks;
    if (past < 0) return;
    const pastSlot = past % slots;
    const now = (tick % slots) * entries;
    const then = pastSlot * entries;
    for (let ue = 0; ue < ueCount; ue++) {
      const spell = spellRing[pastSlot * ueCount + ue];
      // One that left meanwhile has no next second either.
      if (spell === null || isThere?.(ue) === false) continue;
      const window = spell.sums[windowRing[pastSlot * ueCount + ue]];
      const row = ue * cellCount;
      let best = 0;
      for (let cell = 0; cell < cellCount; cell++) {
        best = Math.max(best, sumRing[now + row + cell] - sumRing[then + row + cell]);
      }
      for (let arm = 0; arm < arms.length; arm++) {
        const cell = namedRing[(pastSlot * arms.length + arm) * ueCount + ue];
        const got = sumRing[now + row + cell] - sumRing[then + row + cell];
        if (got >= best * share) window.right[arm]++;
        window.regretDb[arm] += linearToDb(best / got);
      }
      window.ticks++;
    }
  }

  function remember(tick: number, state: RanState, changed: boolean): void {
    const slot = tick % slots;
    for (let ue = 0; ue < ueCount; ue++) {
      const at = slot * ueCount + ue;
      spellRing[at] = null;
      const open = current[ue];
      if (open === null) continue;
      const afterMs = (tick - open.sinceTick) * tickMs;
      const window = postHandoverWindows.findIndex(({ fromMs, toMs }) => afterMs >= fromMs && afterMs < toMs);
      if (window < 0 || state.serving[ue] !== open.target) {
        current[ue] = null;
        continue;
      }
      if (changed)
        for (let arm = 0; arm < arms.length; arm++) named[arm * ueCount + ue] = name(arm, ue, open.target);
      for (let arm = 0; arm < arms.length; arm++) {
        namedRing[(slot * arms.length + arm) * ueCount + ue] = named[arm * ueCount + ue];
      }
      spellRing[at] = open.spell;
      windowRing[at] = window;
    }
  }

  function name(arm: number, ue: number, serving: number): number {
    return cellNamed(arms[arm].policy, ue, serving, expected);
  }
}

/**
 * Returns the cell that a policy says will be best over the next second: the serving cell while it knows nothing of a better one.
 * Leaves in `expected` [cell] what it expects, NaN where it knows nothing.
 */
export function cellNamed(
  { memory, expects }: Pick<Policy, "memory" | "expects">,
  ue: number,
  serving: number,
  expected: Float64Array,
): number {
  expected.fill(Number.NaN);
  if (memory !== null) memory.predict(ue, HORIZON_MS, expected);
  else expects?.(ue, expected);
  let best = serving;
  for (let cell = 0; cell < expected.length; cell++) if (expected[cell] > expected[best]) best = cell;
  return best;
}

function createSpell(armCount: number, group: string, completedTick: number): Spell {
  return {
    group,
    completedTick,
    sums: postHandoverWindows.map(() => ({
      right: new Float64Array(armCount),
      regretDb: new Float64Array(armCount),
      ticks: 0,
    })),
  };
}

function pool(spells: readonly Spell[], arm: number): Record<string, Tally> {
  const tallies: Record<string, Tally> = {};
  for (const [w, { name }] of postHandoverWindows.entries()) {
    const seen = spells.map(({ sums }) => sums[w]).filter(({ ticks }) => ticks > 0);
    const mean = (of: (sums: Spell["sums"][number]) => number): number =>
      seen.reduce((sum, sums) => sum + of(sums) / sums.ticks, 0);
    tallies[`postHandoverAccuracy.${name}`] = { sum: mean(({ right }) => right[arm]), weight: seen.length };
    tallies[`postHandoverRegretDb.${name}`] = {
      sum: mean(({ regretDb }) => regretDb[arm]),
      weight: seen.length,
    };
  }
  return tallies;
}
