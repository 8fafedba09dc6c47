// What every arm of a measured run keeps, whatever it carries: its hand-off is core's, and so is how it ends.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { requireMeasuredArm } from "../../../agent-sim/hand-off/arm-lists.ts";
import { createStepClock } from "../../../agent-sim/hand-off/clock.ts";
import { type ArmHandOffs, handToStage, openHandOffs } from "../../../agent-sim/hand-off/exchange.ts";
import { emptyHanded, firstSender, type Source } from "../../../agent-sim/hand-off/holding.ts";
import { decodeMessage, encodeMessage } from "../../../agent-sim/hand-off/message.ts";
import { askOf, factVocabulary } from "../../../agent-sim/hand-off/prompt.ts";
import { loadAgentScenario, measuredArms } from "../../../agent-sim/index.ts";
import { readSource } from "../../../agent-sim/measured/read-source.ts";
import { createReader } from "../../../agent-sim/measured/reader.ts";
import { drawMeasuredTask, type MeasuredTask } from "../../../agent-sim/measured/task.ts";
import type { Consignment, Reception } from "../../../core/index.ts";
import { createStandIn } from "../../support/stand-in-model.ts";

const faults = { lossProbability: 0.3, duplicateProbability: 0.3, corruptProbability: 0.3 };
const perfect = loadAgentScenario("default", [{ path: "measured.facts", value: [3] }]);
const faulty = loadAgentScenario(
  "default",
  Object.entries(faults).map(([name, value]) => ({ path: `measured.link.${name}`, value })),
);
const { graph } = perfect;
const measured = createStandIn();
const reader = createReader(measured.model, factVocabulary);
const stages = { from: graph.names[0], to: graph.names[1] };
const nowS = () => 0;
let tasks: readonly MeasuredTask[];
let sources: readonly Source[];

beforeAll(async () => {
  tasks = [0, 1, 2].map((index) => drawMeasuredTask(graph, { seed: 1, facts: 3, index }));
  sources = await Promise.all(
    tasks.map(async ({ document }, entity) => (await readSource(reader, { entity, document }, nowS)).source),
  );
});

const silent = new Set(measuredArms.filter(({ bytes }) => bytes === "0").map(({ name }) => name));
const isSilent = (arm: string): boolean => silent.has(arm);

const open = (arm: string, scenario = perfect): Promise<ArmHandOffs> =>
  openHandOffs({
    ...{ reader, scenario, measured, seed: 1, facts: 3, training: 1, sources },
    arm: requireMeasuredArm(arm),
  });

const askAt = (task: number, hop = 0) => askOf(tasks[task].hops[hop].own);

/** Returns what the first sender of a task puts on the link. */
async function send(handOffs: ArmHandOffs, arrivesAtS?: number | null): Promise<Consignment | null> {
  const shipment = { entity: 0, sequence: 5, ...(arrivesAtS === undefined ? {} : { arrivesAtS }) };
  const sender = { holding: firstSender(sources[0]), ask: askAt(0) };
  const [consignment] = await handOffs.between(stages, createStepClock(nowS)).send([sender], [shipment], 0);
  return consignment;
}

const receive = (handOffs: ArmHandOffs, consignment: Consignment | null, atS = Number.POSITIVE_INFINITY) =>
  handOffs
    .between(stages, createStepClock(nowS))
    .receive([consignment], [handOffs.receiver(sources[0], askAt(0))], atS);

function expectLost({ states, outcomes, ends }: Awaited<Reception<readonly { context: unknown }[]>>): void {
  expect(ends[0].ends).toBe("lost");
  expect(outcomes[0]).not.toBe("warm");
  expect(ends[0].because).toBe(outcomes[0]);
  expect(states[0].context).toEqual({ kind: "nothing" });
}

/** Returns handed-over tasks of all hops, with every consignment as it was sent. */
async function run(handOffs: ArmHandOffs): Promise<{ hopBytes: number[]; sent: (Consignment | null)[][] }> {
  const sent: (Consignment | null)[][] = [];
  const watched: ArmHandOffs = {
    ...handOffs,
    between(...way) {
      const handOff = handOffs.between(...way);
      return {
        ...handOff,
        async send(...what) {
          const consignments = await handOff.send(...what);
          sent.at(-1)?.push(...consignments);
          return consignments;
        },
      };
    },
  };
  const hopBytes: number[] = [];
  const first = firstSender(sources[0]);
  const holdings = graph.names.map((_, stage) =>
    graph.entries.includes(stage) ? first : emptyHanded(first),
  );
  for (const [at, stage] of graph.receivers.entries()) {
    sent.push([]);
    const ask = askAt(0, at);
    const { taken, wireBytes } = await handToStage(
      { graph, handOffs: watched, nowS },
      { holdings, hop: at + 1, stage, ask },
    );
    const { output } = await reader.ask(taken.context, ask, null);
    holdings[stage] = handOffs.hold(taken, sources[0], output);
    hopBytes.push(wireBytes);
  }
  return { hopBytes, sent };
}

describe.each(measuredArms.map(({ name, end }) => [name, end] as const))("%s", (arm, planned) => {
  test("counts the bytes that it sends, and ends as it says where all goes well", async () => {
    const handOffs = await open(arm);
    const { hopBytes, sent } = await run(handOffs);
    for (const [at, consignments] of sent.entries()) {
      const bytes = consignments.reduce((sum, one) => sum + (one?.bytes.length ?? 0), 0);
      expect(hopBytes[at]).toBe(bytes);
      if (isSilent(arm)) expect(consignments.every((one) => one === null)).toBe(true);
      for (const one of consignments) {
        if (one === null) continue;
        expect(decodeMessage(one.deliveries[0].bytes).ok).toBe(true);
        expect(one.deliveries.map(({ bytes: came }) => came)).toEqual([one.bytes]);
        expect(one.headerBytes).toBeLessThan(one.bytes.length);
      }
    }
    expect(hopBytes.every((bytes) => (isSilent(arm) ? bytes === 0 : bytes > 0))).toBe(true);
    const { ends } = await receive(handOffs, await send(handOffs));
    expect(ends).toEqual([planned]);
  });

  test("puts the same bytes on the link for the same seed, and the same faults befall them", async () => {
    const once = await run(await open(arm, faulty));
    expect(await run(await open(arm, faulty))).toEqual(once);
  });

  if (isSilent(arm)) return;

  test("ends as lost where the message is lost, late, or was not sent", async () => {
    const handOffs = await open(arm);
    expectLost(await receive(handOffs, await send(handOffs, null)));
    const late = await send(handOffs, 5);
    expectLost(await receive(handOffs, late, 4));
    expect((await receive(handOffs, late, 5)).outcomes).toEqual(["warm"]);
    expectLost(await receive(handOffs, null));
  });

  test("ends as lost where the message is another hand-off's or of another kind", async () => {
    const handOffs = await open(arm);
    const own = (await send(handOffs)) as Consignment;
    for (const other of [{ sequence: 6 }, { entity: 1 }]) {
      const reception = await receive(handOffs, { ...own, ...other });
      expect(reception.outcomes).toEqual(["stale"]);
      expectLost(reception);
    }
    const route = { task: 0, ...stages, sequence: 5 };
    const foreign = [
      encodeMessage(route, { kind: "latent", payload: Uint8Array.of(1, 2, 3) }),
      encodeMessage(route, { kind: "text", text: "no word of this language" }),
    ];
    for (const { bytes } of foreign) {
      const reception = await receive(handOffs, { ...own, deliveries: [{ arrivesAtS: 0, bytes }] });
      expectLost(reception);
    }
  });

  test("ends as lost, and never throws, where the message is damaged or is none", async () => {
    const handOffs = await open(arm);
    const own = (await send(handOffs)) as Consignment;
    const damaged = fc.oneof(
      fc.nat(own.bytes.length * 8 - 1).map((bit) => {
        const bytes = own.bytes.slice();
        bytes[bit >>> 3] ^= 1 << (bit & 7);
        return bytes;
      }),
      fc.nat(own.bytes.length - 1).map((length) => own.bytes.slice(0, length)),
      fc.uint8Array({ maxLength: 64 }),
    );
    const law = fc.asyncProperty(damaged, async (bytes) => {
      const reception = await receive(handOffs, { ...own, deliveries: [{ arrivesAtS: 0, bytes }] });
      expectLost(reception);
    });
    await fc.assert(law, { seed: 13, numRuns: 60 });
  });
});

test("two arms send nothing, and the others are held to sending", () => {
  expect(silent.size).toBe(2);
  expect(silent).toContain("single");
});

test("a payload that its receiver cannot read is passed on as it came", async () => {
  const handOffs = await open("slots");
  const own = (await send(handOffs)) as Consignment;
  const message = decodeMessage(own.bytes);
  if (!message.ok || message.content?.kind !== "latent") throw new Error("no latent was sent");
  const payload = message.content.payload.slice();
  payload[payload.length - 1] ^= 1;
  const { bytes } = encodeMessage({ task: 0, ...stages, sequence: 5 }, { kind: "latent", payload });
  const consignment = { ...own, deliveries: [{ arrivesAtS: 0, bytes }] };
  const { outcomes, ends } = await receive(handOffs, consignment);
  expect(outcomes).toEqual(["bad-checksum"]);
  const taken = { context: { kind: "nothing" }, outcome: outcomes[0], end: ends[0], consignment } as const;
  const holding = handOffs.hold(taken, sources[0], null);
  const next = handOffs.between({ from: stages.to, to: "next" }, createStepClock(nowS));
  const [passedOn] = await next.send([{ holding, ask: askAt(0) }], [{ entity: 0, sequence: 9 }], 0);
  const passed = decodeMessage((passedOn as Consignment).bytes);
  expect(passed.ok && passed.content).toEqual({ kind: "latent", payload });
});
