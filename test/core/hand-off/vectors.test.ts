import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type Compressor,
  type Consignment,
  coldReasons,
  createHandOff,
  createLink,
  createStream,
  type Delivery,
  encodePayload,
  fitPca,
  fitRandomProjection,
  identitySteps,
  type LinkParameters,
  linearSteps,
  linkParametersSchema,
  type Projector,
  rowOf,
  type StateBatch,
  stateBatch,
  type WireFormat,
} from "#core";
import { flipBits } from "../payload-bytes.ts";

const SIZE = 6;
const random = createStream(1, "hand-off test");
const samples = randomStates(40);

function randomStates(count: number, entity = 0): StateBatch {
  return stateBatch(
    count,
    SIZE,
    Float32Array.from({ length: count * SIZE }, (_, i) => 10 + 3 * random.normal(entity, i)),
  );
}

const linkOf = (parameters: Partial<LinkParameters> = {}) =>
  createLink(linkParametersSchema.parse(parameters), createStream(1, "link"));

/** Makes the steps answer with promises, as a model in another thread does, and counts the calls. */
function later(steps: { readonly compressor: Compressor; readonly projector: Projector }) {
  const calls = { compress: 0, project: 0 };
  return {
    calls,
    compressor: {
      ...steps.compressor,
      async compress(states: StateBatch) {
        calls.compress++;
        await Promise.resolve();
        return steps.compressor.compress(states);
      },
    },
    projector: {
      ...steps.projector,
      async project(...args: Parameters<Projector["project"]>) {
        calls.project++;
        await Promise.resolve();
        return steps.projector.project(...args);
      },
    },
  };
}

const identity = identitySteps("test", SIZE);
const shipmentsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ entity: i, sequence: i + 1 }));

describe.each([
  ["identity", identity],
  ["PCA of all components", linearSteps(fitPca(samples, SIZE))],
  ["PCA of 2 components", linearSteps(fitPca(samples, 2))],
  ["random projection", linearSteps(fitRandomProjection(samples, 3, 5))],
])("through %s", (_name, steps) => {
  test("a hand-off equals compress then project, row by row, but for the precision", async () => {
    const handOff = createHandOff({ ...steps, precision: "fp32", link: linkOf() });
    const sent = randomStates(5, 1);
    const own = randomStates(5, 2);
    const consignments = await handOff.send(sent, shipmentsOf(5), 0);
    const { states, outcomes } = await handOff.receive(consignments, own, 0);
    const direct = await steps.projector.project(await steps.compressor.compress(sent), own);
    expect(outcomes).toEqual(new Array(5).fill("warm"));
    expect(states).toEqual(direct);
  });

  test("steps that answer with promises give the same, in one call for all rows", async () => {
    const asynchronous = later(steps);
    const sent = randomStates(4, 3);
    const own = randomStates(4, 4);
    const results = [];
    for (const pair of [steps, asynchronous]) {
      const handOff = createHandOff({ ...pair, precision: "int8", link: linkOf({ delayMs: 5 }) });
      const consignments = await handOff.send(sent, shipmentsOf(4), 1);
      results.push({ consignments, received: await handOff.receive(consignments, own, 1.005) });
    }
    expect(results[1]).toEqual(results[0]);
    expect(asynchronous.calls).toEqual({ compress: 1, project: 1 });
  });
});

test("rules stay synchronous: no promise where no step gives one", () => {
  const handOff = createHandOff({ ...identity, precision: "fp32", link: linkOf() });
  const consignments = handOff.send(samples, shipmentsOf(40), 0);
  expect(consignments).not.toBeInstanceOf(Promise);
  expect(handOff.receive(consignments as readonly Consignment[], samples, 0)).not.toBeInstanceOf(Promise);
});

test("a consignment says whose it is, when it was sent and how many bytes went on the link, header included", async () => {
  const handOff = createHandOff({ ...identity, precision: "fp16", link: linkOf({ lossProbability: 1 }) });
  const [consignment] = await handOff.send(randomStates(1), [{ entity: 3, sequence: 9 }], 2.5);
  const { bytes, ...rest } = consignment;
  expect(bytes).toHaveLength(24 + 12);
  expect(rest).toEqual({ entity: 3, sequence: 9, sentAtS: 2.5, headerBytes: 24, deliveries: [] });
});

test("the steps are shown in words", () => {
  const handOff = createHandOff({
    ...linearSteps(fitPca(samples, 2)),
    precision: "int8",
    link: linkOf({ delayMs: 5, lossProbability: 0.1 }),
  });
  expect(handOff.steps).toEqual({
    compress: "PCA, 2 of 6 components, int8",
    transport: "5 ms, 10 % lost",
    project: "gated linear map",
  });
});

describe("the receiver", () => {
  const sent = randomStates(1, 5);
  const own = randomStates(1, 6);
  const handOff = createHandOff({ ...identity, precision: "fp32", link: linkOf() });
  const good = encodePayload(sent.values, {
    modelId: identity.compressor.modelId,
    precision: "fp32",
    sequence: 4,
  });
  const corrupted = flipBits(good, [300]);
  const cut = good.subarray(0, 20);

  const receive = (deliveries: readonly Delivery[], atS = 1) =>
    handOff.receive(
      [{ entity: 0, sequence: 4, sentAtS: 0, bytes: good, headerBytes: 24, deliveries }],
      own,
      atS,
    );
  const at = (arrivesAtS: number, bytes: Uint8Array): Delivery => ({ arrivesAtS, bytes });

  test.each<[string, readonly Delivery[], string]>([
    ["nothing arrives", [], "lost"],
    ["the only copy comes after the instant", [at(1.001, good)], "late"],
    ["the only copy is damaged", [at(0.5, corrupted)], "bad-checksum"],
    ["the only copy is cut", [at(0.5, cut)], "truncated"],
    ["two copies are damaged, and the last one says why", [at(0.5, cut), at(0.6, corrupted)], "bad-checksum"],
    [
      "a damaged copy is there and a whole one comes late",
      [at(0.5, corrupted), at(1.5, good)],
      "bad-checksum",
    ],
  ])("starts cold when %s", async (_what, deliveries, reason) => {
    expect(await receive(deliveries)).toEqual({
      states: own,
      outcomes: [reason],
      ends: [{ ends: "lost", because: reason }],
    });
  });

  test.each<[string, readonly Delivery[]]>([
    ["one copy is there", [at(0.5, good)]],
    ["a copy comes at the very instant", [at(1, good)]],
    ["both copies are whole", [at(0.5, good), at(0.6, good)]],
    ["a second, whole copy rescues a damaged first", [at(0.5, corrupted), at(0.6, good)]],
    ["a damaged copy follows a whole one", [at(0.5, good), at(0.6, corrupted)]],
  ])("starts warm, once, when %s", async (_what, deliveries) => {
    expect(await receive(deliveries)).toEqual({
      states: sent,
      outcomes: ["warm"],
      ends: [{ ends: "restored", because: "projected" }],
    });
  });

  test("starts cold where none was sent", async () => {
    expect(await handOff.receive([null], own, 9)).toMatchObject({ states: own, outcomes: ["none-sent"] });
  });

  test("refuses the payload of an earlier hand-off", async () => {
    const stale = encodePayload(sent.values, {
      modelId: identity.compressor.modelId,
      precision: "fp32",
      sequence: 3,
    });
    expect((await receive([at(0, stale)])).outcomes).toEqual(["stale"]);
  });

  test("refuses the payload of another model and of another dimension", async () => {
    const foreign = encodePayload(sent.values, { modelId: "other", precision: "fp32", sequence: 4 });
    const short = encodePayload(sent.values.subarray(1), {
      modelId: identity.compressor.modelId,
      precision: "fp32",
      sequence: 4,
    });
    expect((await receive([at(0, foreign)])).outcomes).toEqual(["wrong-model"]);
    expect((await receive([at(0, short)])).outcomes).toEqual(["wrong-dimension"]);
  });

  test("never throws over injected bytes, and always names an outcome of the catalogue", async () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.uniqueArray(fc.nat(good.length * 8 - 1), { maxLength: 3 }).map((bits) => flipBits(good, bits)),
      fc.nat(good.length).map((length) => good.subarray(0, length)),
    );
    const delivery = fc.record({ arrivesAtS: fc.double({ min: 0, max: 2, noNaN: true }), bytes: anyBytes });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { maxLength: 4 }), async (deliveries) => {
        const sorted = [...deliveries].sort((a, b) => a.arrivesAtS - b.arrivesAtS);
        const { states, outcomes } = await receive(sorted);
        seen.add(String(outcomes[0]));
        expect(["warm", ...coldReasons]).toContain(outcomes[0]);
        expect(states).toEqual(outcomes[0] === "warm" ? sent : own);
      }),
      { numRuns: 1000, seed: 1 },
    );
    for (const outcome of ["warm", "lost", "late", "truncated", "bad-magic", "bad-checksum"]) {
      expect(seen).toContain(outcome);
    }
  });
});

describe("of many rows", () => {
  let sent: StateBatch;
  let own: StateBatch;
  beforeEach(() => {
    sent = randomStates(200, 7);
    own = randomStates(200, 8);
  });

  test("only those that arrived change, each to its own sender's state, and the receiver's batch is left alone", async () => {
    const link = linkOf({
      lossProbability: 0.3,
      corruptProbability: 0.3,
      duplicateProbability: 0.3,
      jitterMs: 20,
    });
    const handOff = createHandOff({ ...identity, precision: "fp32", link });
    const before = own.values.slice();
    const consignments = await handOff.send(sent, shipmentsOf(200), 0);
    const withGaps = consignments.map((consignment, i) => (i % 7 === 0 ? null : consignment));
    const { states, outcomes } = await handOff.receive(withGaps, own, 0.015);
    outcomes.forEach((outcome, i) => {
      expect(rowOf(states, i)).toEqual(rowOf(outcome === "warm" ? sent : own, i));
    });
    expect(own.values).toEqual(before);
    const counted = new Set(outcomes);
    for (const outcome of ["warm", "lost", "late", "bad-checksum", "none-sent"]) {
      expect(counted).toContain(outcome);
    }
  });

  test("a payload whose delay is the time until it is asked for is in time at every tick", async () => {
    // 0.1 + 0.2 > 0.3: the sum of tick and delay may lie above the tick that it names.
    const handOff = createHandOff({ ...identity, precision: "int8", link: linkOf({ delayMs: 20 }) });
    for (let tick = 0; tick < 1000; tick++) {
      const consignments = await handOff.send(
        stateBatch(1, SIZE, new Float32Array(SIZE)),
        shipmentsOf(1),
        tick * 0.01,
      );
      const { outcomes } = await handOff.receive(
        consignments,
        stateBatch(1, SIZE, new Float32Array(SIZE)),
        (tick + 2) * 0.01,
      );
      expect([tick, outcomes[0]]).toEqual([tick, "warm"]);
    }
  });

  test("a number of shipments or consignments other than that of the states is refused", () => {
    const handOff = createHandOff({ ...identity, precision: "fp32", link: linkOf() });
    expect(() => handOff.send(sent, shipmentsOf(199), 0)).toThrow(RangeError);
    expect(() => handOff.receive([null], own, 0)).toThrow("each of the 200 states, got 1");
  });
});

test("a compressor and a projector of different models or sizes are refused at construction", () => {
  const pca = linearSteps(fitPca(samples, 2));
  const parts = { precision: "fp32", link: linkOf() } as const;
  expect(() =>
    createHandOff({ ...parts, compressor: identity.compressor, projector: pca.projector }),
  ).toThrow(`the projector reads "${pca.projector.modelId}"`);
  const wider = { ...identity.projector, latentSize: SIZE + 1 };
  expect(() => createHandOff({ ...parts, compressor: identity.compressor, projector: wider })).toThrow(
    RangeError,
  );
});

test("a state that is not finite is the sender's mistake, and stops it", () => {
  const handOff = createHandOff({ ...identity, precision: "fp32", link: linkOf() });
  const broken = stateBatch(1, SIZE, Float32Array.of(1, 2, Number.NaN, 4, 5, 6));
  expect(() => handOff.send(broken, shipmentsOf(1), 0)).toThrow("value 2 is NaN");
});

test("a projected state that is not finite is not taken over: the receiver starts cold and the reason is counted", async () => {
  const { compressor } = identitySteps("s", 2);
  const projector = {
    ...identitySteps("s", 2).projector,
    project: () => ({ count: 1, size: 2, values: Float32Array.of(1, Number.POSITIVE_INFINITY) }),
  };
  const link = createLink(linkParametersSchema.parse({}), createStream(1, "xn"));
  const handOff = createHandOff({ compressor, precision: "fp32", link, projector });
  const sent = await handOff.send(stateBatch(1, 2, Float32Array.of(1, 2)), [{ entity: 0, sequence: 0 }], 0);
  const { states, outcomes } = await handOff.receive(sent, stateBatch(1, 2, Float32Array.of(7, 8)), 1);
  expect([...states.values]).toEqual([7, 8]);
  expect(outcomes).toEqual(["not-finite"]);
});

test("payloads of many states that leave at once stay apart, and so do those of the next ones", async () => {
  const handOff = createHandOff({ ...identity, precision: "fp32", link: linkOf() });
  const count = 150;
  const batches = [randomStates(count, 3), randomStates(count, 4)];
  const sent = [];
  for (const batch of batches) sent.push(await handOff.send(batch, shipmentsOf(count), 0));
  for (const [i, consignments] of sent.entries()) {
    const { states } = await handOff.receive(consignments, randomStates(count, 5), 0);
    expect(states.values).toEqual(batches[i].values);
  }
});

test("a format that is told writes the bytes, and its reason is why the receiver starts cold", async () => {
  const format: WireFormat<Float32Array> = {
    label: "one byte a value",
    encode: (values) => ({ bytes: Uint8Array.from(values, Math.round), headerBytes: 0 }),
    decode: (bytes) =>
      bytes[0] === 7 ? { ok: false, reason: "malformed" } : { ok: true, content: Float32Array.from(bytes) },
  };
  const handOff = createHandOff({ ...identity, precision: format, link: linkOf() });
  expect(handOff.steps.compress).toContain("one byte a value");
  const sent = stateBatch(
    2,
    SIZE,
    Float32Array.from({ length: 2 * SIZE }, (_, i) => i + 1),
  );
  const own = randomStates(2, 2);
  const consignments = await handOff.send(sent, shipmentsOf(2), 0);
  expect(consignments.map(({ bytes }) => bytes.length)).toEqual([SIZE, SIZE]);
  expect(consignments.map(({ headerBytes }) => headerBytes)).toEqual([0, 0]);
  const { states, outcomes } = await handOff.receive(consignments, own, 0);
  expect(outcomes).toEqual(["warm", "malformed"]);
  expect(Array.from(rowOf(states, 0))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Array.from(rowOf(states, 1))).toEqual(Array.from(rowOf(own, 1)));
});
