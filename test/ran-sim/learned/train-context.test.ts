import { expect, test } from "vitest";
import { createStream } from "#core";
import type { Checkpoint, TrainingState } from "#core/model";
import { openOnnxSession } from "#core/node";
import type { ContextShape } from "../../../ran-sim/learned/context-shape.ts";
import { cutEpisodes } from "../../../ran-sim/learned/episodes.ts";
import type { Carried } from "../../../ran-sim/learned/objective.ts";
import type { Recording } from "../../../ran-sim/learned/recording.ts";
import { type ContextTraining, judgeContext, trainContext } from "../../../ran-sim/learned/train-context.ts";
import { windowShape } from "../../../ran-sim/learned/window-network.ts";
import { smallShape } from "../support/context.ts";

/** Phones between three cells whose levels drift: a cell that has gained goes on gaining. */
function drifting(): Recording {
  const [ueCount, cellCount, reportCount] = [6, 3, 60];
  const random = createStream(5, "train-context-test");
  const size = ueCount * cellCount * reportCount;
  const slope = (i: number) => random.normal(i % (ueCount * cellCount));
  const start = (i: number) => -80 + random.normal(i % (ueCount * cellCount), 1);
  const at = (i: number, ahead: number) =>
    start(i) + 0.08 * slope(i) * (Math.floor(i / (ueCount * cellCount)) + ahead);
  const of = (make: (i: number) => number) => Float32Array.from({ length: size }, (_, i) => make(i));
  const noise = (i: number) => random.normal(i, 2);
  return {
    ueCount,
    cellCount,
    reportCount,
    reportPeriodMs: 40,
    qOutDb: 4,
    rsrpDbm: of((i) => at(i, 0) + noise(i)),
    sinrDb: of((i) => at(i, 0) + 85 + noise(i)),
    futureRsrpDbm: of((i) => at(i, 12)),
    futureSinrDb: of((i) => at(i, 12) + 85),
    // A cell that will be weak fails the phone, the sooner the weaker.
    untilOutageMs: of((i) =>
      at(i, 12) + 85 < 4 ? 500 * Math.max(0, at(i, 12) + 84) : Number.POSITIVE_INFINITY,
    ),
    delivers: Uint8Array.from({ length: size }, (_, i) => (at(i, 1) + 85 > 3 ? 1 : 0)),
    completionSinrDb: of((i) => at(i, 2) + 85),
    sameSite: new Uint8Array(cellCount * cellCount),
  };
}

const episode = { batch: 8, before: 5, after: 2, judgeEvery: 2 };
const episodes = cutEpisodes([drifting()], smallShape, episode, 200, 1);
const latent: Carried = { what: "latent", bytes: 6, beta: 1e-4 };
const training = (more: Partial<ContextTraining> = {}): ContextTraining => ({
  shape: smallShape,
  episode,
  carried: latent,
  episodes,
  steps: 12,
  learningRate: 1e-2,
  seed: 1,
  open: openOnnxSession,
  ...more,
});

function inMemory(): Checkpoint & { state: TrainingState | null } {
  const kept = {
    state: null as TrainingState | null,
    load: async () => kept.state,
    save: async (state: TrainingState) => {
      kept.state = structuredClone(state);
    },
  };
  return kept;
}

test("two trainings of one seed are equal bit for bit, and of two seeds are not", async () => {
  const first = await trainContext(training());
  expect(first).not.toBeNull();
  expect(await trainContext(training())).toEqual(first);
  expect(await trainContext(training({ seed: 2 }))).not.toEqual(first);
});

test("a training that is stopped and goes on from its checkpoint equals one that was not stopped", async () => {
  const checkpoint = inMemory();
  const stopped = await trainContext(
    training({ checkpoint, onRecord: ({ step }) => (step === 5 ? "stop" : undefined) }),
  );
  expect(stopped).toBeNull();
  expect(checkpoint.state?.step).toBe(5);
  const resumed: number[] = [];
  const parameters = await trainContext(
    training({
      checkpoint,
      onRecord: ({ step }) => {
        resumed.push(step);
        return undefined;
      },
    }),
  );
  expect(resumed).toEqual([6, 7, 8, 9, 10, 11, 12]);
  expect(parameters).toEqual(await trainContext(training()));
});

test.each<[Carried, ContextShape]>([
  [{ what: "nothing" }, smallShape],
  [{ what: "state" }, smallShape],
  [latent, smallShape],
  [{ what: "reports", count: 3, stride: 2 }, smallShape],
  [{ what: "history" }, smallShape],
  [{ what: "trajectory" }, smallShape],
  [{ what: "nothing" }, windowShape(smallShape.slots, 4, 8)],
])(
  "whatever is carried, the loss falls and the judged shares are shares: %o of %o",
  async (carried, shape) => {
    const losses: number[] = [];
    const parameters = await trainContext(
      training({
        shape,
        carried,
        steps: 60,
        onRecord: ({ values }) => {
          losses.push(values.loss);
          return undefined;
        },
      }),
    );
    if (parameters === null) throw new Error("nobody stopped it");
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 10)));
    const accuracy = await judgeContext(parameters, {
      ...training({ carried, shape }),
      episodes: episodes.slice(0, 60),
    });
    expect(accuracy.episodes).toBe(56);
    expect(accuracy.afterHandOff.length).toBe(episode.after + 1);
    for (const share of [
      accuracy.atRequest,
      ...accuracy.afterHandOff,
      ...accuracy.strongestReport.slice(1),
    ]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(accuracy.strongestReport[0]).toBeNaN();
  },
);

test("where the whole state is carried, as much is known at the completion as at the request; where nothing is, less", async () => {
  const [warm, cold] = await Promise.all(
    (["state", "nothing"] as const).map(async (what) => {
      const carried = { what };
      const parameters = await trainContext(training({ carried, steps: 120 }));
      if (parameters === null) throw new Error("nobody stopped it");
      return judgeContext(parameters, { ...training({ carried }), episodes });
    }),
  );
  expect(warm.afterHandOff[0]).toBeGreaterThan(cold.afterHandOff[0] + 0.1);
  expect(warm.afterHandOff[0]).toBeGreaterThan(warm.atRequest - 0.1);
});
