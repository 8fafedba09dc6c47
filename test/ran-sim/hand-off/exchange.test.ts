import { expect, test } from "vitest";
import { createHandOff, createStream, type HandOffReport, identitySteps } from "#core";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { type Arm, ends, ruleArm } from "../../../ran-sim/hand-off/arms/arm.ts";
import { createExchange } from "../../../ran-sim/hand-off/exchange.ts";
import { createPayloadLink } from "../../../ran-sim/hand-off/transport.ts";
import type { NetworkMemory, Policy } from "../../../ran-sim/policy/policy.ts";
import { createRanState } from "../../../ran-sim/state.ts";
import { xnSchema } from "../../../ran-sim/xn/xn-schema.ts";

/** Two phones, one value a state: 5 and 6 at the beginning, 0 once forgotten. */
function exchangeOf(sending: boolean) {
  const known = [5, 6];
  const memory: NetworkMemory = {
    stateSize: 1,
    read: (ues) => ({ count: ues.length, size: 1, values: Float32Array.from(ues, (ue) => known[ue]) }),
    write(ues, { values }) {
      for (const [i, ue] of ues.entries()) known[ue] = values[i];
    },
    forget(ue) {
      known[ue] = 0;
    },
    predict() {},
  };
  const policy: Policy = {
    filterCoefficient: 0,
    memory,
    decide: () => ({ target: new Int32Array(2), cancel: new Uint8Array(2) }),
    observe() {},
  };
  const link = createPayloadLink(xnSchema.parse({}), createStream(1, "xn"));
  const steps = { ...identitySteps("test", 1), precision: "fp32" as const, link, end: ends.loaded };
  const arm: Arm = sending
    ? { name: "arm", policy, procedure: "basic", handOff: createHandOff(steps), sends: { what: "own" } }
    : { name: "arm", ...ruleArm(policy, ends.notCarried) };
  const reports: HandOffReport<"ran">[] = [];
  const exchange = createExchange({
    ...{ arm, state: createRanState(2, 2, false), seed: 1 },
    world: { ueCount: 2, cellNames: ["A", "B"], tickMs: 10 },
    onHandOff: (report) => reports.push(report),
  });
  return { known, reports, follow: async (...events: RanEvent[]) => [...(await exchange.follow(events))] };
}

const at = (tick: number, ue = 0) => ({
  ...{ tick, timeS: tick / 100, ue, attempt: 1, source: 0, target: 1 },
});
const request = (tick: number, ue = 0, arrivesS = tick / 100 + 0.005): RanEvent => ({
  ...{ ...at(tick, ue), type: "handoverRequest", payloadArrivesS: arrivesS },
});
const complete = (tick: number, ue = 0): RanEvent => ({
  ...at(tick, ue),
  ...{ type: "handoverComplete", interruptionMs: 40 },
});
const failed = (tick: number, fallback: boolean): RanEvent => ({
  ...at(tick),
  ...({ type: "handoverFailure", state: 3, cause: "random access failed", fallback } as RanEvent),
});

test("a payload is told after its request, what came of it after the completion, and the state goes along", async () => {
  const { known, reports, follow } = exchangeOf(true);
  const sent = await follow(request(10), request(10, 1));
  expect(sent.map(({ type, ue }) => `${type} ${ue}`)).toEqual([
    ...["handoverRequest 0", "latentSent 0", "handoverRequest 1", "latentSent 1"],
  ]);
  known[0] = 9;
  const received = await follow(complete(19));
  expect(received.map(({ type }) => type)).toEqual(["handoverComplete", "latentReceived"]);
  expect(received[1]).toMatchObject({ outcome: "warm", payloadBytes: 28 });
  expect(known).toEqual([5, 6]);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toMatchObject({ from: "A", to: "B", end: ends.loaded, transport: { bytes: 28 } });
  expect(reports[0].transport.delayMs).toBeCloseTo(5, 9);
});

test("a completion without a request that was sent starts cold, as does one before the payload is there", async () => {
  const { known, reports, follow } = exchangeOf(true);
  await follow(complete(5));
  await follow(request(10, 1, 0.5));
  await follow(complete(19, 1));
  expect(known).toEqual([0, 0]);
  expect(reports.map(({ end }) => end.because)).toEqual(["none-sent", "late"]);
});

test("after a failure nothing is under way; only a source that serves on remembers", async () => {
  const refused = { outcome: "refused", cause: "ho target not allowed" } as const;
  const cases: readonly (readonly [RanEvent, number])[] = [
    [failed(12, true), 5],
    [failed(12, false), 0],
    [{ ...at(12), type: "radioLinkFailure", cell: 0 }, 0],
    [{ ...at(12), type: "preparationFailure", ...refused }, 5],
  ];
  for (const [event, left] of cases) {
    const { known, reports, follow } = exchangeOf(true);
    await follow(request(10));
    await follow(event);
    expect(known[0]).toBe(left);
    await follow(complete(19));
    expect(reports.map(({ end }) => end.because)).toEqual(["none-sent"]);
  }
});

test("an arm that carries nothing forgets at the completion, and says so", async () => {
  const { known, reports, follow } = exchangeOf(false);
  expect(await follow(request(10))).toHaveLength(1);
  const received = await follow(complete(19));
  expect(received[1]).toMatchObject({ type: "latentReceived", outcome: "none-sent", payloadBytes: 0 });
  expect(known).toEqual([0, 6]);
  expect(reports[0]).toMatchObject({ end: ends.notCarried, transport: { bytes: 0, delayMs: null } });
});
