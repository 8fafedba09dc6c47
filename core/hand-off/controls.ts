import { rowOf, type StateBatch } from "../latent.ts";
import type { RandomStream } from "../random/stream.ts";

/**
 * What travels in place of an entity's own state, with the same model and bytes, so that a gain which it has too is no gain of
 * knowing the entity: another's state, the mean of states, noise of their mean and spread, a state's own values permuted.
 */

/** Of each value of a batch of states, [size]. */
export interface Spread {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Returns the mean and the standard deviation (of the population) of each value. Throws RangeError for no states. */
export function spreadOf({ count, size, values }: StateBatch): Spread {
  if (count === 0) throw new RangeError("a spread of no states");
  const mean = new Float32Array(size);
  const deviation = new Float32Array(size);
  for (let j = 0; j < size; j++) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < count; row++) {
      sum += values[row * size + j];
      squares += values[row * size + j] ** 2;
    }
    mean[j] = sum / count;
    deviation[j] = Math.sqrt(Math.max(0, squares / count - mean[j] ** 2));
  }
  return { mean, deviation };
}

/** Returns the mean of all rows but one, [size]. Throws RangeError where there is no other. */
export function meanOfOthers(states: StateBatch, row: number): Float32Array {
  const others = [...Array(states.count).keys()].filter((other) => other !== row);
  if (others.length === 0) throw new RangeError("a mean over others needs another one");
  const mean = new Float32Array(states.size);
  for (const other of others) {
    const values = rowOf(states, other);
    for (let j = 0; j < mean.length; j++) mean[j] += values[j] / others.length;
  }
  return mean;
}

/** Returns a state drawn value by value, [size]; the draws are those of (entity, sequence). */
export function noiseState(
  { mean, deviation }: Spread,
  random: RandomStream,
  entity: number,
  sequence: number,
): Float32Array {
  return mean.map((value, j) => value + deviation[j] * random.normal(entity, sequence, j));
}

/** Returns a state's own values in an order that is drawn from `random`, the same for every state of a size (Fisher-Yates). */
export function permutedState(own: Float32Array, random: RandomStream): Float32Array {
  const values = own.slice();
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1, last);
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}

/** Returns the first entity from `start` upwards, around `count`, that is not `self` and can stand in for it; `self` where none can. */
export function anotherEntity(
  self: number,
  count: number,
  start: number,
  canStandIn: (other: number) => boolean,
): number {
  for (let step = 0; step < count; step++) {
    const other = (start + step) % count;
    if (other !== self && canStandIn(other)) return other;
  }
  return self;
}
