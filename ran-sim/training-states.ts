import { type Awaitable, type StateBatch, whenReady } from "#core";

/** What memories held in training worlds, by the arm that they are of. */

/** By arm: states of its memory, [n, stateSize]. */
export type TrainingStates = ReadonlyMap<string, StateBatch>;

/** Returns the states of an arm. Throws RangeError when there are none: who runs an arm makes them first. */
export function statesOfArm(states: TrainingStates, of: string): StateBatch {
  const found = states.get(of);
  if (found === undefined) throw new RangeError(`no training states of the arm "${of}" were made`);
  return found;
}

/** Returns the states of several arms, made one after the other. */
export function collectEach(
  arms: readonly string[],
  collect: (arm: string) => Awaitable<StateBatch>,
): Awaitable<TrainingStates> {
  const states = new Map<string, StateBatch>();
  const goOn = (index: number): Awaitable<TrainingStates> => {
    if (index === arms.length) return states;
    return whenReady(collect(arms[index]), (batch) => {
      states.set(arms[index], batch);
      return goOn(index + 1);
    });
  };
  return goOn(0);
}
