import fc from "fast-check";
import { expect, test } from "vitest";
import type { KpiRow } from "#core";
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  errorCodes,
  PROTOCOL_VERSION,
  ProtocolError,
  ProvenanceError,
  type ServerMessage,
} from "../../ui/protocol.ts";

const domain = fc.constantFrom("ran" as const, "agent" as const);
const word = fc.string({ minLength: 1, maxLength: 20 });
// JSON has no negative zero: it comes back as zero.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const count = fc.nat();

const clientMessages: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constant("hello" as const), protocol: fc.integer() }),
  fc.record({ type: fc.constant("play" as const), playing: fc.boolean() }),
  fc.record({ type: fc.constant("speed" as const), speed: fc.double({ min: 0.5, max: 20, noNaN: true }) }),
  fc.record({ type: fc.constant("select" as const), domain, scenario: word, arm: word }),
  fc.record({ type: fc.constant("select" as const), domain, arm: word }),
  fc.record({ type: fc.constant("seed" as const), seed: fc.integer({ min: 0, max: 0xffffffff }) }),
  fc.record({ type: fc.constant("restart" as const) }),
);

const row = (of: "ran" | "agent") =>
  fc.record({
    experiment: word,
    domain: fc.constant(of),
    kind: fc.constantFrom("measured" as const, "simulated" as const, "assumed" as const),
    scenario: word,
    arm: word,
    metric: word,
    unit: word,
    value: fc.option(number),
    ci95: fc.oneof(
      fc.tuple(number, number).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
      fc.constant([null, null] as [null, null]),
    ),
    n: count,
    seeds: count,
  });
const kpis = domain.chain((of) =>
  fc.record({
    type: fc.constant("kpis" as const),
    domain: fc.constant(of),
    epoch: count,
    timeS: number,
    rows: fc.array(row(of), { maxLength: 4 }),
  }),
);
const reports = domain.chain((of) =>
  fc.record({
    type: fc.constant("reports" as const),
    domain: fc.constant(of),
    epoch: count,
    total: count,
    reports: fc.array(
      fc.record({
        domain: fc.constant(of),
        arm: word,
        entity: count,
        from: word,
        to: word,
        timeS: number,
        compress: fc.record({ label: word, inputBytes: number, outputBytes: number }),
        transport: fc.record({ label: word, bytes: number, headerBytes: number, delayMs: fc.option(number) }),
        project: fc.record({ label: word, rereadTokens: fc.option(count) }),
        end: fc.constantFrom(
          { ends: "kept", because: "stayed" },
          { ends: "restored", because: "reread" },
          { ends: "lost", because: "stale" },
        ),
        payloadHead: fc.uint8Array({ maxLength: 160 }),
      }),
      { maxLength: 3 },
    ),
  }),
);
const errors = fc.record({
  type: fc.constant("error" as const),
  code: fc.constantFrom(...errorCodes),
  message: fc.string(),
  domain: fc.option(domain),
});
const layouts = fc.record({
  type: fc.constant("agent-layout" as const),
  epoch: count,
  stages: fc.array(fc.record({ name: word, role: word }), { maxLength: 3 }),
  edges: fc.array(fc.record({ from: count, to: count }), { maxLength: 3 }),
  steps: fc.record({ compress: word, transport: word, project: word }),
  formulas: fc.record({
    kpis: fc.array(fc.record({ name: word, expression: fc.string() }), { maxLength: 3 }),
    problems: fc.array(fc.string(), { maxLength: 2 }),
  }),
  chart: fc.record({ metric: word, unit: word }),
});
const serverMessages = fc.oneof(kpis, reports, errors, layouts) as fc.Arbitrary<ServerMessage>;

test("decode(encode(message)) equals message in both directions", () => {
  fc.assert(
    fc.property(clientMessages, (message) => {
      expect(decodeClientMessage(encodeMessage(message))).toEqual(message);
    }),
  );
  fc.assert(
    fc.property(serverMessages, (message) => {
      expect(decodeServerMessage(encodeMessage(message))).toEqual(message);
    }),
  );
});

test("throws nothing but a ProtocolError, whatever a client sends", () => {
  const nearly = clientMessages.chain((message) =>
    fc
      .tuple(fc.constantFrom("type", "protocol", "speed", "domain", "x"), fc.jsonValue())
      .map(([key, value]) => JSON.stringify({ ...message, [key]: value })),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), nearly), (text) => {
      try {
        decodeClientMessage(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
  );
});

test("throws nothing but a ProtocolError or a ProvenanceError, whatever a server sends", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        decodeServerMessage(text);
      } catch (error) {
        expect(error instanceof ProtocolError || error instanceof ProvenanceError).toBe(true);
      }
    }),
  );
});

test.each([
  ["a speed beyond the range", '{"type":"speed","speed":1e9}', "bad-message"],
  ["a speed that is no number", '{"type":"speed","speed":"1"}', "bad-message"],
  ["an unknown type", '{"type":"format-disk"}', "bad-message"],
  ["an unknown key", '{"type":"restart","force":true}', "bad-message"],
  ["a negative seed", '{"type":"seed","seed":-1}', "bad-message"],
  ["half a message", '{"type":"pl', "bad-json"],
  ["an array", "[]", "bad-message"],
])("refuses %s", (_, text, code) => {
  expect(() => decodeClientMessage(text)).toThrow(expect.objectContaining({ code }));
});

test("says which versions meet when a server speaks another protocol", () => {
  expect(() => decodeServerMessage('{"type":"welcome","protocol":99,"news":true}')).toThrow(
    `the server speaks protocol 99, this page ${PROTOCOL_VERSION}`,
  );
});

test("never lets a row of one domain through as the other's", () => {
  const ranRow: KpiRow = {
    experiment: "e",
    domain: "ran",
    kind: "simulated",
    scenario: "s",
    arm: "a",
    metric: "handovers",
    unit: "1",
    value: 1,
    ci95: [null, null],
    n: 1,
    seeds: 1,
  };
  const text = JSON.stringify({ type: "kpis", domain: "agent", epoch: 1, timeS: 0, rows: [ranRow] });
  expect(() => decodeServerMessage(text)).toThrow(ProvenanceError);
  expect(() => decodeServerMessage(text)).toThrow(
    '"handovers" is of domain "ran" and cannot be shown as "agent"',
  );
});
