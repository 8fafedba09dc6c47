import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createLink,
  createStream,
  type Delivery,
  type Link,
  type LinkMessage,
  type LinkParameters,
  linkParametersSchema,
} from "#core";

const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);

function linkOf(parameters: Partial<LinkParameters>, seed = 1): Link {
  return createLink(linkParametersSchema.parse(parameters), createStream(seed, "link"));
}

/** 100 entities with 100 messages each: the count that the binomial bounds below are of. */
const MESSAGES = 10_000;

function sendAll(link: Link): readonly (readonly Delivery[])[] {
  return link.send(
    Array.from({ length: MESSAGES }, (_, i) => ({
      entity: i % 100,
      sequence: Math.floor(i / 100),
      bytes,
      atS: i,
    })),
  );
}

/** Sends one message. */
function sendOne(link: Link, message: LinkMessage): readonly Delivery[] {
  return link.send([message])[0];
}

/** Expects a count of `trials` at probability p within 4 standard deviations (1 in 16,000 by chance; the seed is fixed). */
function expectBinomial(count: number, p: number, trials = MESSAGES): void {
  expect(Math.abs(count - trials * p)).toBeLessThan(4 * Math.sqrt(trials * p * (1 - p)));
}

test("a perfect link delivers the bytes once, after its delay", () => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.nat(1e6),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      (entity, sequence, atS) => {
        const deliveries = sendOne(linkOf({ delayMs: 12.5 }), { entity, sequence, bytes, atS });
        expect(deliveries).toEqual([{ arrivesAtS: atS + 0.0125, bytes }]);
      },
    ),
  );
});

test("with no parameters the link is perfect and takes no time", () => {
  expect(sendOne(linkOf({}), { entity: 0, sequence: 0, bytes, atS: 3 })).toEqual([{ arrivesAtS: 3, bytes }]);
});

test.each([0.01, 0.3, 0.9])("of many messages a share of %d is lost", (p) => {
  const lost = sendAll(linkOf({ lossProbability: p })).filter((deliveries) => deliveries.length === 0);
  expectBinomial(lost.length, p);
});

test("a link that loses everything, and one that doubles everything, do", () => {
  expect(sendAll(linkOf({ lossProbability: 1 })).every((deliveries) => deliveries.length === 0)).toBe(true);
  expect(sendAll(linkOf({ duplicateProbability: 1 })).every((deliveries) => deliveries.length === 2)).toBe(
    true,
  );
});

test("a share of the messages comes twice, and each copy is lost on its own", () => {
  const doubled = sendAll(linkOf({ duplicateProbability: 0.2 }));
  expectBinomial(doubled.filter((deliveries) => deliveries.length === 2).length, 0.2);
  const both = sendAll(linkOf({ duplicateProbability: 1, lossProbability: 0.3 }));
  expectBinomial(both.filter((deliveries) => deliveries.length === 0).length, 0.09);
  expectBinomial(both.filter((deliveries) => deliveries.length === 2).length, 0.49);
});

test("a share arrives with one bit flipped, each bit as likely, and the sender's bytes stay as they are", () => {
  const before = bytes.slice();
  const flips = new Array<number>(bytes.length * 8).fill(0);
  let corrupt = 0;
  for (const [delivery] of sendAll(linkOf({ corruptProbability: 0.4 }))) {
    const flipped = flips.flatMap((_, bit) =>
      ((delivery.bytes[bit >>> 3] ^ bytes[bit >>> 3]) >>> (bit & 7)) & 1 ? [bit] : [],
    );
    expect(flipped.length).toBeLessThanOrEqual(1);
    corrupt += flipped.length;
    for (const bit of flipped) flips[bit]++;
  }
  expectBinomial(corrupt, 0.4);
  expect(bytes).toEqual(before);
  expect(Math.min(...flips)).toBeGreaterThan(0);
});

test("a corrupt message of no bytes arrives as it is", () => {
  const link = linkOf({ corruptProbability: 1 });
  expect(sendOne(link, { entity: 1, sequence: 1, bytes: new Uint8Array(0), atS: 0 })[0].bytes.length).toBe(0);
});

test("jitter adds less than its bound, evenly", () => {
  const delays = sendAll(linkOf({ delayMs: 5, jitterMs: 10 })).map(
    ([{ arrivesAtS }], i) => (arrivesAtS - i) * 1000,
  );
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(5 - 1e-6);
  expect(Math.max(...delays)).toBeLessThan(15 + 1e-6);
  expectBinomial(delays.filter((delay) => delay < 10).length, 0.5);
});

test("a share of the messages waits longer, so that later ones overtake them", () => {
  const link = linkOf({ delayMs: 5, reorderProbability: 0.25, reorderDelayMs: 20 });
  const arrivals = Array.from({ length: MESSAGES }, (_, sequence) =>
    sendOne(link, { entity: 7, sequence, bytes, atS: sequence / 100 }),
  ).map(([{ arrivesAtS }]) => arrivesAtS);
  expectBinomial(arrivals.filter((arrivesAtS, i) => arrivesAtS - i / 100 > 0.015).length, 0.25);
  // Sent 10 ms apart and held for 20 ms more, a message is overtaken by the next unless that one is held too.
  const overtaken = arrivals.slice(1).filter((arrivesAtS, i) => arrivesAtS < arrivals[i]);
  expectBinomial(overtaken.length, 0.25 * 0.75, MESSAGES - 1);
});

test("the copies of one message come in order of arrival", () => {
  const link = linkOf({ duplicateProbability: 1, jitterMs: 50, reorderProbability: 0.5 });
  for (const [first, second] of sendAll(link)) {
    expect(first.arrivesAtS).toBeLessThanOrEqual(second.arrivesAtS);
  }
});

const faulty: Partial<LinkParameters> = {
  jitterMs: 30,
  lossProbability: 0.2,
  duplicateProbability: 0.3,
  reorderProbability: 0.2,
  corruptProbability: 0.3,
};

test("what happens to a message depends on its entity and sequence only, not on what was sent before", () => {
  const messages = fc.uniqueArray(fc.tuple(fc.nat(1000), fc.nat(1000)), { selector: String, minLength: 2 });
  const send =
    (link: Link) =>
    ([entity, sequence]: readonly [number, number]) =>
      sendOne(link, { entity, sequence, bytes, atS: 1 });
  fc.assert(
    fc.property(messages, fc.nat(100), (pairs, seed) => {
      const inOrder = pairs.map(send(linkOf(faulty, seed)));
      const backwards = [...pairs]
        .reverse()
        .map(send(linkOf(faulty, seed)))
        .reverse();
      expect(backwards).toEqual(inOrder);
    }),
  );
});

test("another seed, another entity and another sequence meet other faults", () => {
  const fates = (send: (i: number) => readonly Delivery[]) =>
    JSON.stringify(Array.from({ length: 50 }, (_, i) => send(i).map(({ arrivesAtS }) => arrivesAtS)));
  const link = linkOf(faulty);
  const other = linkOf(faulty, 2);
  const bySequence = fates((i) => sendOne(link, { entity: 1, sequence: i, bytes, atS: 0 }));
  expect(fates((i) => sendOne(other, { entity: 1, sequence: i, bytes, atS: 0 }))).not.toBe(bySequence);
  expect(fates((i) => sendOne(link, { entity: 2, sequence: i, bytes, atS: 0 }))).not.toBe(bySequence);
  expect(fates((i) => sendOne(link, { entity: i, sequence: 1, bytes, atS: 0 }))).not.toBe(bySequence);
});

test("more of one fault leaves the draws of the others as they were", () => {
  const few = sendAll(linkOf({ ...faulty, lossProbability: 0 }));
  const many = sendAll(linkOf({ ...faulty, lossProbability: 0.5 }));
  const arrivals = (deliveries: readonly Delivery[]) => deliveries.map(({ arrivesAtS }) => arrivesAtS);
  many.forEach((deliveries, i) => {
    expect(arrivals(few[i])).toEqual(expect.arrayContaining(arrivals(deliveries)));
  });
});

test.each([
  [{ lossProbability: 1.5 }, "lossProbability"],
  [{ delayMs: -1 }, "delayMs"],
  [{ jitterMs: Number.NaN }, "jitterMs"],
  [{ loss: 0.1 }, "loss"],
])("the parameters %j are refused", (parameters, named) => {
  const parsed = linkParametersSchema.safeParse(parameters);
  expect(JSON.stringify(parsed.error?.issues)).toContain(named);
});

test("the label says the delay and the faults in words, without digits that fractions add", () => {
  expect(linkOf({}).label).toBe("0 ms");
  expect(linkOf({ delayMs: 5, jitterMs: 10 }).label).toBe("5 to 15 ms");
  const label = linkOf({
    delayMs: 5,
    lossProbability: 0.07,
    duplicateProbability: 0.29,
    reorderProbability: 0.001,
    corruptProbability: 1,
  }).label;
  expect(label).toBe("5 ms, 7 % lost, 29 % doubled, 0.1 % reordered, 100 % corrupted");
});

test("of a message that says when it arrives, delay and loss are in that time already", () => {
  const link = linkOf({ delayMs: 50, jitterMs: 50, lossProbability: 1, duplicateProbability: 1 });
  const message = { entity: 1, sequence: 1, bytes, atS: 1 };
  expect(sendOne(link, { ...message, arrivesAtS: 1.25 })).toEqual([
    { arrivesAtS: 1.25, bytes },
    { arrivesAtS: 1.25, bytes },
  ]);
  expect(sendOne(link, { ...message, arrivesAtS: null })).toEqual([]);
  expect(sendOne(link, message)).toEqual([]);
});

test("a message meets the same fate alone and in a batch, whatever was sent before", () => {
  const link = linkOf(faulty);
  const messages = Array.from({ length: 40 }, (_, i) => ({ entity: i % 7, sequence: i, bytes, atS: i / 10 }));
  const together = link.send(messages);
  expect([...messages].reverse().map((message) => sendOne(link, message))).toEqual([...together].reverse());
});
