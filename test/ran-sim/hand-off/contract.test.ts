import { describe, expect, test } from "vitest";
import {
  bytesPerValue,
  type Consignment,
  encodePayload,
  type HandOffEnd,
  type HandOffReport,
  payloadHeaderBytes,
} from "#core";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { type Arm, createArm, ranArms, statesNeeded } from "../../../ran-sim/hand-off/arms.ts";
import { createAttemptLog } from "../../../ran-sim/metrics/attempt-log.ts";
import { unitTallies } from "../../../ran-sim/metrics/unit-tallies.ts";
import { createLookupTable, lookupRows } from "../../../ran-sim/policy/lookup-table.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createSimulation } from "../../../ran-sim/simulate.ts";
import { collectStates } from "../../../ran-sim/training.ts";
import { collectEach, statesOfArm } from "../../../ran-sim/training-states.ts";
import type { XnSent } from "../../../ran-sim/xn/index.ts";
import { roughWorld } from "../support/worlds.ts";

/**
 * The contract of every arm: a handover ends by what the target knows. Written by hand from what the arms are; an arm that is
 * not here fails.
 */
const expected: Readonly<Record<string, HandOffEnd["ends"]>> = {
  // The network keeps nothing of a phone: the rule starts anew at every target.
  ...Object.fromEntries(
    [
      ...["a3", "a3-set1", "a3-set2", "a3-set3", "a3-set4", "a3-set5", "a5", "a3-tuned", "dwell"],
      ...["cho", "daps", "ltm", "mro"],
    ].map((name) => [name, "lost"]),
  ),
  // The phone keeps it, or the state stays, or no past is used.
  "ue-filter": "kept",
  pin: "kept",
  lookup: "kept",
  clairvoyant: "kept",
  // A state that the handover drops.
  cold: "lost",
  transformer: "lost",
  "vendors-cold": "lost",
  // A state that is made anew from what crosses.
  latent: "restored",
  whole: "restored",
  pca: "restored",
  raw: "restored",
  history: "restored",
  trajectory: "restored",
  "random-projection": "restored",
  "vendors-within": "restored",
  vendors: "restored",
  // Something crosses, and it is not this phone's.
  another: "lost",
  mean: "lost",
  noise: "lost",
  "vendors-shuffled": "lost",
};

type Memory = "learned" | "trend";

const ofTrend = ["cold", "whole", "pca", "raw", "random-projection", "another", "mean", "noise"];
const runs = ranArms.flatMap(({ name }): { name: string; memory: Memory }[] => [
  ...(name === "random-projection" ? [] : [{ name, memory: "learned" as const }]),
  ...(ofTrend.includes(name) ? [{ name, memory: "trend" as const }] : []),
]);

/** Of the standard's own elements, which name neither model nor attempt and have no checksum. */
const isElement = (name: string): boolean => name === "history" || name === "trajectory";

interface Run {
  readonly arm: Arm;
  readonly events: readonly RanEvent[];
  readonly reports: readonly HandOffReport<"ran">[];
  readonly messages: readonly XnSent[];
  /** Bytes of payloads, by the table of handovers, and what they added on Xn, by the metrics. */
  readonly counted: { readonly payloadBytes: number; readonly xnBytes: number };
}

/**
 * Runs an arm on a world in which phones are handed over several times a second. `spoil` stands between its link and the target. The
 * other recorded journey that `lookup` looks up is another such world.
 */
async function run(
  name: string,
  memory: Memory,
  spoil = (consignment: Consignment): Consignment => consignment,
): Promise<Run> {
  const world = roughWorld(3, { tickCount: 500 });
  const rule = { urgentMargin: 1, shortStayRisk: 0, gainDb: 0, greatestRisk: 1, minimumStayMs: 0 };
  const network = { memory, rule };
  const a3 = { offsetDb: 0, hysteresisDb: 0, timeToTriggerMs: 0, filterCoefficient: 0 };
  const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 }, network, a3, warmUpS: 0 }, "test");
  const states = await collectEach(statesNeeded([name], memory, world.ueCount), (of) =>
    collectStates(roughWorld(4, { tickCount: 400 }), scenario, 4, of),
  );
  const arm = createArm(name, {
    ...{ scenario, world, seed: 1 },
    trainingStates: (of) => statesOfArm(states, of),
    lookupTable: () => createLookupTable([lookupRows(roughWorld(5, { ueCount: 1 }), scenario)]),
  });
  const { receive } = arm.handOff;
  const spoiled: Arm = {
    ...arm,
    handOff: {
      ...arm.handOff,
      receive: (consignments, known, atS) =>
        receive(
          consignments.map((consignment) => consignment && spoil(consignment)),
          known,
          atS,
        ),
    },
  };
  const log = createAttemptLog(100, world.tickMs);
  const events: RanEvent[] = [];
  const reports: HandOffReport<"ran">[] = [];
  const messages: XnSent[] = [];
  await createSimulation({
    ...{ world, scenario, seed: 1, arms: [spoiled] },
    onTick(_, __, happened) {
      log.add(happened);
      events.push(...happened);
    },
    onHandOff: (report) => reports.push(report),
    onXnMessage: (_, message) => messages.push(message),
  }).advance(world.tickCount);
  log.finish();
  const service = { lateMs: 0, ueMinutes: 1 };
  const tallies = unitTallies(log, service, { fromTick: 0, tickMs: world.tickMs, hasMemory: false });
  const { xnBytesPerUeMinute: xn } = tallies;
  const payloadBytes = log.attempts.reduce((sum, row) => sum + row.payloadBytes, 0);
  return { arm, events, reports, messages, counted: { payloadBytes, xnBytes: "sum" in xn ? xn.sum : -1 } };
}

const ofType = <T extends RanEvent["type"]>(events: readonly RanEvent[], type: T) =>
  events.filter((event): event is Extract<RanEvent, { type: T }> => event.type === type);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const inHex = (payloads: readonly Uint8Array[]): readonly string[] =>
  payloads.map((payload) => Buffer.from(payload).toString("hex"));

/** What can come of a message on the way, each with the reasons that the target may find. */
const spoilt: Readonly<
  Record<string, { readonly because: readonly string[]; spoil(name: string, sent: Consignment): Consignment }>
> = {
  lost: { because: ["lost"], spoil: (_, sent) => ({ ...sent, deliveries: [] }) },
  late: { because: ["late"], spoil: (_, sent) => eachCopy(sent, { arrivesAtS: Number.MAX_VALUE }) },
  "cut off": {
    because: ["truncated", "malformed"],
    spoil: (_, sent) => eachCopy(sent, { bytes: sent.bytes.subarray(0, sent.bytes.length - 1) }),
  },
  "of another model": {
    because: ["wrong-model"],
    spoil(name, sent) {
      const precision = name === "whole" ? "fp32" : "int8";
      const values = new Float32Array((sent.bytes.length - payloadHeaderBytes) / bytesPerValue[precision]);
      const header = { modelId: "of somebody else", precision, sequence: sent.sequence } as const;
      return eachCopy(sent, { bytes: encodePayload(values, header) });
    },
  },
  "of another attempt": {
    because: ["stale", "wrong-model"],
    spoil: (_, sent) => ({ ...sent, sequence: sent.sequence + 1 }),
  },
};

function eachCopy(sent: Consignment, change: Partial<Consignment["deliveries"][number]>): Consignment {
  return { ...sent, deliveries: sent.deliveries.map((copy) => ({ ...copy, ...change })) };
}

test("every arm says how its handovers end, as what it is", () => {
  expect(Object.fromEntries(ranArms.map(({ name, end }) => [name, end?.ends]))).toEqual(expected);
});

describe.each(runs)("$name ($memory)", ({ name, memory }) => {
  test("ends each handover as it says, and counts the bytes that it sends, once each", async () => {
    const { arm, events, reports, messages, counted } = await run(name, memory);
    const completed = ofType(events, "handoverComplete");
    const sent = ofType(events, "latentSent");
    const received = ofType(events, "latentReceived");
    expect(completed.length).toBeGreaterThanOrEqual(2);
    expect(reports).toHaveLength(completed.length);
    expect(received).toHaveLength(arm.policy.memory === null ? 0 : completed.length);
    expect(arm.handOff.end).toEqual(ranArms.find((one) => one.name === name)?.end);

    for (const [i, { end, transport, compress, timeS }] of reports.entries()) {
      const { ue, attempt } = completed[i];
      const bytes = sent.find((one) => one.ue === ue && one.attempt === attempt)?.payload.length ?? 0;
      expect(timeS).toBe(completed[i].timeS);
      expect(transport.bytes).toBe(bytes);
      expect(compress.outputBytes + transport.headerBytes).toBe(bytes);
      expect(received[i]?.payloadBytes ?? 0).toBe(bytes);
      if (bytes > 0) expect(transport.delayMs).not.toBeNull();
      // Between two vendors the other refuses a latent that is not projected.
      const refused = name === "vendors-within" && end.ends === "lost" && end.because === "wrong-model";
      if (refused) continue;
      expect(end).toEqual(arm.handOff.end);
      const dropped = arm.sends === null && end.ends === "lost";
      if (received.length > 0) expect(received[i].outcome).toBe(dropped ? "none-sent" : "warm");
    }
    for (const { payload, payloadBytes } of sent) expect(payloadBytes).toBe(payload.length);
    expect(counted.payloadBytes).toBe(sum(sent.map(({ payloadBytes }) => payloadBytes)));
    expect(counted.xnBytes).toBe(sum(sent.map(({ xnBytes = 0 }) => xnBytes)));
    const carried = messages.flatMap(({ message }) =>
      message.type === "privateMessage" ? [message.latent] : [],
    );
    expect(inHex(carried)).toEqual(isElement(name) ? [] : inHex(sent.map(({ payload }) => payload)));

    if (arm.sends === null) {
      expect(sent).toEqual([]);
      expect(reports.map(({ payloadHead }) => payloadHead.length)).toEqual(reports.map(() => 0));
    } else {
      expect(sent.length).toBeGreaterThanOrEqual(completed.length);
      // The same seed gives the same bytes.
      const again = ofType((await run(name, memory)).events, "latentSent");
      expect(inHex(again.map(({ payload }) => payload))).toEqual(inHex(sent.map(({ payload }) => payload)));
    }
  });

  const isSent =
    expected[name] === "restored" ||
    ranArms.some((arm) => arm.name === name && arm.end?.because === "standIn");

  test.skipIf(!isSent)("loses what is lost, late, damaged or foreign, and goes on", async () => {
    const ways = Object.values(spoilt).slice(0, isElement(name) ? 3 : undefined);
    let met = 0;
    const { events, reports } = await run(name, memory, (sent) =>
      ways[met++ % ways.length].spoil(name, sent),
    );
    expect(met).toBeGreaterThanOrEqual(ways.length);
    expect(reports).toHaveLength(met);
    const received = ofType(events, "latentReceived");
    for (const [i, { end, transport }] of reports.entries()) {
      expect(end.ends).toBe("lost");
      expect(ways[i % ways.length].because).toContain(end.because);
      expect(received[i].outcome).toBe(end.because);
      expect(transport.bytes).toBeGreaterThan(0);
    }
  });

  test.skipIf(isSent)("puts nothing on a link, whatever is asked of it", async () => {
    const { arm } = await run(name, memory);
    const nothing = { count: 2, size: 0, values: new Float32Array(0) };
    const shipments = [0, 1].map((entity) => ({ entity, sequence: 1, arrivesAtS: 0 }));
    expect(arm.sends).toBeNull();
    expect(await arm.handOff.send(nothing, shipments, 0)).toEqual([null, null]);
  });
});
