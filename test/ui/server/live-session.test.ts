import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Domain } from "#core";
import { decodeFrame, type RunState } from "../../../ui/protocol.ts";
import type { Request } from "../../../ui/server/command-gate.ts";
import { type LiveSession, openLiveSession } from "../../../ui/server/live-session.ts";
import type { Publication } from "../../../ui/server/live-side.ts";
import { fakeSimulatorWorker } from "../../support/fake-simulator-worker.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const domains: readonly Domain[] = ["ran", "agent"];
/** What happens to these of the fake's scenarios: its simulator dies, refuses its parameters, or breaks the law. */
const unusable = ["crash", "refused", "mixed"];

const request = fc.oneof(
  fc.constant<Request>({ type: "restart" }),
  fc.boolean().map((playing): Request => ({ type: "play", playing })),
  fc.integer({ min: 1, max: 20 }).map((speed): Request => ({ type: "speed", speed })),
  fc.integer({ min: 0, max: 9 }).map((seed): Request => ({ type: "seed", seed })),
  fc
    .record(
      {
        scenario: fc.constantFrom("line", "crash", "refused", "mixed"),
        arm: fc.constantFrom("cold", "pca"),
      },
      { requiredKeys: [] },
    )
    .map((chosen): Request => ({ type: "select", domain: "ran", ...chosen })),
  fc.constant<Request>({ type: "select", domain: "agent", arm: "text" }),
);

/** Requests, each with the time to the next. */
const conversation = fc.array(fc.tuple(request, fc.constantFrom(0, 1, 20, 60, 130, 400)), { maxLength: 40 });

interface Opened {
  readonly session: LiveSession;
  readonly published: Publication[];
  state(): RunState;
}

async function open(
  latencies: readonly number[],
  isWatched: () => boolean = () => true,
  kpis: Readonly<Record<Domain, readonly string[]>> = { ran: [], agent: [] },
): Promise<Opened> {
  let asked = 0;
  const published: Publication[] = [];
  const opening = openLiveSession({
    openWorker: (domain) => fakeSimulatorWorker(domain, () => latencies[asked++ % latencies.length]),
    publish: (publication) => published.push(publication),
    isWatched,
    kpis,
  });
  await vi.advanceTimersByTimeAsync(2000);
  const session = await opening;
  return { session, published, state: () => session.snapshot()[1] as RunState };
}

/** The frames of a side's epoch, by their times. */
function framesOf(published: readonly Publication[], domain: Domain, epoch: number): readonly number[] {
  return published
    .filter((publication) => publication instanceof ArrayBuffer)
    .map(decodeFrame)
    .filter((frame) => frame.domain === domain && frame.epoch === epoch && frame.kind !== "history")
    .map(({ timeS }) => timeS);
}

test("no sequence of requests leaves a side stopped that can run, or with another choice than the last", async () => {
  await fc.assert(
    fc.asyncProperty(
      conversation,
      fc.array(fc.constantFrom(1, 15, 90, 700), { minLength: 1, maxLength: 7 }),
      async (requests, latencies) => {
        const { session, published, state } = await open(latencies);
        const last = { scenario: "line", arm: "pca", seed: 1, playing: true, speed: 2 };
        for (const [asked, pauseMs] of requests) {
          session.handle(asked);
          if (asked.type === "select") {
            if (asked.domain === "ran") Object.assign(last, { ...asked, type: undefined, domain: undefined });
          } else if (asked.type !== "restart") Object.assign(last, { ...asked, type: undefined });
          await vi.advanceTimersByTimeAsync(pauseMs);
        }
        await vi.advanceTimersByTimeAsync(20_000);
        const { ran, agent, seed, playing, speed } = state();
        expect({ scenario: ran.scenario, arm: ran.arm, seed, playing, speed }).toEqual({
          scenario: last.scenario,
          arm: last.arm,
          seed: last.seed,
          playing: last.playing,
          speed: last.speed,
        });
        expect(agent.status).toBe("running");
        const stands = last.scenario === "crash" && !last.playing ? ["running", "stopped"] : undefined;
        if (stands !== undefined) expect(stands).toContain(ran.status);
        else expect(ran.status).toBe(unusable.includes(last.scenario) ? "stopped" : "running");
        expect(ran.problem ?? "").not.toContain("under way");

        // And whatever came before, a usable choice runs, and goes on.
        session.handle({ type: "play", playing: true });
        session.handle({ type: "select", domain: "ran", scenario: "line" });
        await vi.advanceTimersByTimeAsync(5000);
        for (const domain of domains) {
          const side = state()[domain];
          expect(side).toMatchObject({ status: "running", problem: null });
          const times = framesOf(published, domain, side.epoch);
          expect(times.length).toBeGreaterThan(2);
          expect(times.at(-1)).toBeGreaterThan(times[0]);
        }
        const closing = session.close();
        await vi.advanceTimersByTimeAsync(2000);
        await closing;
      },
    ),
    { seed: 20261130, numRuns: 60 },
  );
});

test("an arm that is asked for by a former name runs under its name of now", async () => {
  const { session, state } = await open([1]);
  session.handle({ type: "select", domain: "ran", arm: "cold" });
  await vi.advanceTimersByTimeAsync(3000);
  session.handle({ type: "select", domain: "ran", arm: "principal" });
  await vi.advanceTimersByTimeAsync(3000);
  expect(state().ran).toMatchObject({ arm: "pca", status: "running" });
  expect(() => session.handle({ type: "select", domain: "agent", arm: "principal" })).toThrow(
    'got "principal"',
  );
});

test("a double click on Restart starts each side once more, and both run", async () => {
  const { session, state } = await open([300]);
  const before = state();
  session.handle({ type: "restart" });
  session.handle({ type: "restart" });
  await vi.advanceTimersByTimeAsync(3000);
  for (const domain of domains) {
    expect(state()[domain].status).toBe("running");
    expect(state()[domain].epoch).toBe(before[domain].epoch + 2);
  }
});

test("tells one who joins while a side starts nothing of the run before", async () => {
  const { session } = await open([400]);
  await vi.advanceTimersByTimeAsync(3000);
  const types = () =>
    session.snapshot().map((part) => (part instanceof ArrayBuffer ? decodeFrame(part).kind : part.type));
  expect(types()).toContain("phones");
  session.handle({ type: "select", domain: "ran", arm: "cold" });
  await vi.advanceTimersByTimeAsync(10);
  expect((session.snapshot()[1] as RunState).ran).toMatchObject({ arm: "cold", status: "starting" });
  expect(types()).not.toContain("phones");
  expect(types()).not.toContain("ran-layout");
  expect(types()).toContain("agent-layout");
});

test("stands still while nobody watches, and goes on when somebody does", async () => {
  let watched = false;
  const { session, published, state } = await open([5], () => watched);
  const { epoch } = state().ran;
  const last = () => framesOf(published, "ran", epoch).at(-1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(last()).toBe(0);
  expect(published.some((part) => !(part instanceof ArrayBuffer) && part.type === "pace")).toBe(false);
  watched = true;
  await vi.advanceTimersByTimeAsync(2000);
  const reached = last() ?? 0;
  // At twice the time, not caught up with the ten seconds before.
  expect(reached).toBeGreaterThan(3);
  expect(reached).toBeLessThan(4.5);
  watched = false;
  await vi.advanceTimersByTimeAsync(200);
  const stood = last();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(last()).toBe(stood);
  await session.close();
});

test("a scenario runs the arms of its own list: an arm is told with it, kept where both have it, and else the one of all", async () => {
  const { session, state } = await open([5]);
  const select = async (part: { scenario?: string; arm?: string }): Promise<string> => {
    session.handle({ type: "select", domain: "agent", ...part });
    await vi.advanceTimersByTimeAsync(500);
    return `${state().agent.scenario} ${state().agent.arm}`;
  };
  expect(() => session.handle({ type: "select", domain: "agent", arm: "slots" })).toThrow(
    /unknown arm|slots/,
  );
  expect(await select({ scenario: "answered" })).toBe("answered text");
  expect(await select({ arm: "slots" })).toBe("answered slots");
  expect(await select({ scenario: "pair" })).toBe("pair text");
  // Two requests in quick succession: the arm is one of the scenario that was asked for just before.
  session.handle({ type: "select", domain: "agent", scenario: "answered" });
  expect(await select({ arm: "slots" })).toBe("answered slots");
  await session.close();
});

test("hands each side the KPIs of its domain, at every start", async () => {
  const { session } = await open([5], () => true, { ran: ["x = handovers"], agent: ["y = costPerTask"] });
  const told = () =>
    session
      .snapshot()
      .flatMap((part) => (!(part instanceof ArrayBuffer) && "formulas" in part ? [part.formulas] : []));
  // The fake tells what it was given among the problems.
  const expected = [["x = handovers"], ["y = costPerTask"]].map((problems) => ({ kpis: [], problems }));
  expect(told()).toEqual(expected);
  session.handle({ type: "restart" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(told()).toEqual(expected);
  await session.close();
});
