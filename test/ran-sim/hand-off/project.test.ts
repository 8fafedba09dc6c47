import { expect, test } from "vitest";
import { type HandOff, handOffWithoutMessage, type StateBatch } from "#core";
import { takeOver } from "../../../ran-sim/hand-off/project.ts";
import type { NetworkMemory } from "../../../ran-sim/policy/policy.ts";

/** A memory of one value a phone, that tells what is done to it. */
function telling(stays: boolean) {
  const told: string[] = [];
  const memory: NetworkMemory = {
    stateSize: 1,
    read: (ues) => ({ count: ues.length, size: 1, values: Float32Array.from(ues) }),
    write: (ues, { values }) => void told.push(`write ${ues.join()}: ${values.join()}`),
    forget: (ue) => void told.push(`forget ${ue}`),
    predict() {},
    ...(stays
      ? { stays: { moved: (ue: number) => void told.push(`moved ${ue}`), takeForwardedBytes: () => 0 } }
      : {}),
  };
  return { memory, told };
}

const steps = { compress: "", transport: "", project: "" };

/** Of the second of three phones nothing usable has come; to the others' states 10 is added. */
const secondIsLate: HandOff<StateBatch, StateBatch> = {
  steps,
  end: { ends: "lost", because: "standIn" },
  send: () => [],
  receive: (_, { count, size, values }) => ({
    states: { count, size, values: values.map((value, i) => (i === 1 ? value : value + 10)) },
    outcomes: ["warm", "late", "warm"],
    ends: [
      { ends: "lost", because: "standIn" },
      { ends: "lost", because: "late" },
      { ends: "lost", because: "standIn" },
    ],
  }),
};

test("what was known of a phone is gone first; what could be used is written, a stranger's too, and nothing else", async () => {
  const { memory, told } = telling(false);
  await takeOver({ memory, handOff: secondIsLate }, [7, 3, 5], [null, null, null], 1);
  expect(told).toEqual(["forget 7", "forget 3", "forget 5", "write 7,5: 17,15"]);
});

test("a state that stays hears that its phone moved, and is neither forgotten nor written", async () => {
  const { memory, told } = telling(true);
  const handOff = handOffWithoutMessage<StateBatch>(steps, { ends: "kept", because: "stayed" });
  const { ends } = await takeOver({ memory, handOff }, [7, 3], [null, null], 1);
  expect(told).toEqual(["moved 7", "moved 3"]);
  expect(ends.map((end) => end.ends)).toEqual(["kept", "kept"]);
});

test("a rule without a memory ends as its arm says, for each phone", async () => {
  const handOff = handOffWithoutMessage<StateBatch>(steps, { ends: "lost", because: "nothingKept" });
  const { ends, outcomes } = await takeOver({ memory: null, handOff }, [7, 3], [null, null], 1);
  expect(outcomes).toEqual([null, null]);
  expect(ends).toEqual([handOff.end, handOff.end]);
});
