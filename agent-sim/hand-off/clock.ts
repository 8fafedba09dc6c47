// Wall time of the steps of a hop. The clock is an argument: nothing here reads one by itself.
import type { Awaitable } from "#core";

/** The steps of a hop that take time, in their order. */
export const stepNames = ["compress", "encode", "send", "decode", "project", "prefill"] as const;
export type StepName = (typeof stepNames)[number];

/** Seconds of each step of one hop; a step that an arm does not have takes none. */
export type StepTimes = Record<StepName, number>;

export interface StepClock {
  readonly times: StepTimes;
  /** Returns what `work` returns and adds its time to a step; what nested calls took is theirs alone. */
  time<T>(step: StepName, work: () => Awaitable<T>): Promise<T>;
  /** The same for work that is done when it returns. */
  timeNow<T>(step: StepName, work: () => T): T;
}

/** Returns a clock with nothing on it. `nowS` is a clock in seconds. */
export function createStepClock(nowS: () => number): StepClock {
  const times: StepTimes = { compress: 0, encode: 0, send: 0, decode: 0, project: 0, prefill: 0 };
  let nestedS = 0;
  /** Returns what stops the clock of one piece of work. */
  const start = (step: StepName): (() => void) => {
    const outerS = nestedS;
    nestedS = 0;
    const startedS = nowS();
    return () => {
      const tookS = nowS() - startedS;
      times[step] += tookS - nestedS;
      nestedS = outerS + tookS;
    };
  };
  return {
    times,
    async time(step, work) {
      const stop = start(step);
      const result = await work();
      stop();
      return result;
    },
    timeNow(step, work) {
      const stop = start(step);
      const result = work();
      stop();
      return result;
    },
  };
}
