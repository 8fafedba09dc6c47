/** The run that all clients of a server share: both sides, what they were asked for, and their pace. */
import type { Domain } from "#core";
import { currentName, requireName } from "#core";
import { armsOf, PROTOCOL_VERSION, ProtocolError, type RunState, type ServerMessage } from "../protocol.ts";
import { createCommandGate, type Request } from "./command-gate.ts";
import { type LiveSide, openLiveSide, type Publication } from "./live-side.ts";
import type { SimulatorWorker } from "./simulator-worker.ts";

/** A step at most every `stepMs`; a step never catches up more than `longestStepMs` of lost time. */
const stepMs = 50;
const longestStepMs = 200;
/** What a step may take: a simulator that cannot follow the speed still shows a frame this often. */
const stepBudgetMs = 80;
const pacePeriodMs = 1000;

export interface LiveSession {
  /** All that a client who joins needs, in order. */
  snapshot(): readonly Publication[];
  /**
   * Does what a client asks, soon: requests that come in quick succession are put together, and the last one wins. Throws
   * ProtocolError at once when it asks for a scenario or an arm that is not there.
   */
  handle(request: Request): void;
  close(): Promise<void>;
}

/**
 * Returns a session whose simulators are loaded, started and run on while somebody watches. `publish` gets all that clients
 * should hear. The only wall clock of the simulators is here: simulated time follows it, times the speed.
 */
export async function openLiveSession(options: {
  readonly openWorker: (domain: Domain) => SimulatorWorker;
  readonly publish: (publication: Publication) => void;
  /** Whether anybody watches; while nobody does, simulated time stands still. */
  readonly isWatched: () => boolean;
  /** KPIs of the user's own, by domain. */
  readonly kpis?: Readonly<Record<Domain, readonly string[]>>;
}): Promise<LiveSession> {
  const { openWorker, publish, isWatched, kpis } = options;
  let playing = true;
  let speed = 2;
  let seed = 1;
  let sides: { readonly ran: LiveSide; readonly agent: LiveSide } | null = null;

  const runState = (both: { readonly ran: LiveSide; readonly agent: LiveSide }): RunState => ({
    type: "run",
    playing,
    speed,
    seed,
    ran: both.ran.state(),
    agent: both.agent.state(),
  });
  const publishState = (): void => {
    if (sides !== null) publish(runState(sides));
  };
  const openSide = (domain: Domain) => openLiveSide(domain, () => openWorker(domain), publish, publishState);

  const [ran, agent] = await openBoth(openSide);
  const both = { ran: ran.side, agent: agent.side };
  sides = both;
  const start = (domain: Domain, scenario: string, arm: string): void => {
    both[domain].start({ scenario, arm, seed, kpis: kpis?.[domain] ?? [] });
  };
  const restart = (domain: Domain): void => {
    const { scenario, arm } = both[domain].state();
    start(domain, scenario, arm);
  };
  start("ran", ran.initial.scenario, ran.initial.arm);
  start("agent", agent.initial.scenario, agent.initial.arm);

  const pacers = [createPacer(both.ran), createPacer(both.agent)];
  const stepTimer = setInterval(() => {
    const watched = isWatched();
    for (const pacer of pacers) pacer.tick(performance.now(), playing && watched ? speed : 0);
  }, stepMs);
  let pacedAtMs = performance.now();
  let watchedBefore = false;
  const paceTimer = setInterval(() => {
    const nowMs = performance.now();
    const [ranPace, agentPace] = pacers.map((pacer) => (pacer.takeReachedS() * 1000) / (nowMs - pacedAtMs));
    pacedAtMs = nowMs;
    const watched = isWatched();
    // The pace of a second in which somebody came is not that of the simulators.
    if (watched && watchedBefore) {
      publish({ type: "pace", ran: playing ? ranPace : null, agent: playing ? agentPace : null });
    }
    watchedBefore = watched;
  }, pacePeriodMs);

  /** The scenario that each side was last asked for: an arm that comes right behind it is one of that scenario's. */
  const asked: Record<Domain, string> = { ran: ran.initial.scenario, agent: agent.initial.scenario };
  const gate = createCommandGate((request) => {
    switch (request.type) {
      case "play":
        playing = request.playing;
        publishState();
        break;
      case "speed":
        speed = request.speed;
        publishState();
        break;
      case "seed":
        seed = request.seed;
        restart("ran");
        restart("agent");
        break;
      case "restart":
        restart("ran");
        restart("agent");
        break;
      case "select": {
        const side = both[request.domain];
        const scenario = request.scenario ?? side.state().scenario;
        const arm = request.arm ?? side.state().arm;
        const isRun = armsOf(side.catalogue, scenario).some(({ name }) => name === arm);
        start(request.domain, scenario, isRun ? arm : side.armOfAll);
        break;
      }
    }
  });

  return {
    snapshot: () => [
      {
        type: "welcome",
        protocol: PROTOCOL_VERSION,
        catalogue: { ran: both.ran.catalogue, agent: both.agent.catalogue },
      } satisfies ServerMessage,
      runState(both),
      ...both.ran.snapshot(),
      ...both.agent.snapshot(),
    ],
    handle(given) {
      const request = inCurrentNames(given, both);
      if (request.type === "select") {
        const { catalogue } = both[request.domain];
        const { scenarios } = catalogue;
        const { scenario, arm } = request;
        if (scenario !== undefined) requireKnown("unknown-scenario", scenario, scenarios);
        asked[request.domain] = scenario ?? asked[request.domain];
        if (arm !== undefined) {
          const arms = armsOf(catalogue, asked[request.domain]);
          requireKnown(
            "unknown-arm",
            arm,
            arms.map(({ name }) => name),
          );
        }
      }
      gate.ask(request);
    },
    async close() {
      gate.close();
      clearInterval(stepTimer);
      clearInterval(paceTimer);
      await Promise.all([both.ran.close(), both.agent.close()]);
    },
  };
}

/** Returns a request in which an arm is called what it is called now. */
function inCurrentNames(
  request: Request,
  sides: Readonly<Record<Domain, Pick<LiveSide, "formerArms">>>,
): Request {
  if (request.type !== "select" || request.arm === undefined) return request;
  return { ...request, arm: currentName(sides[request.domain].formerArms, request.arm) };
}

type OpenSide = (domain: Domain) => ReturnType<typeof openLiveSide>;

/** Opens both sides; when one fails the other is closed, so that no worker is left behind. */
async function openBoth(openSide: OpenSide): Promise<[Opened, Opened]> {
  const results = await Promise.allSettled([openSide("ran"), openSide("agent")]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined)
    return results.map((result) => (result as PromiseFulfilledResult<Opened>).value) as [Opened, Opened];
  for (const result of results) if (result.status === "fulfilled") await result.value.side.close();
  throw failed.reason;
}

type Opened = Awaited<ReturnType<typeof openLiveSide>>;

/** Turns wall-clock time into steps of one side; a side that cannot keep up falls behind rather than pile up work. */
function createPacer(side: LiveSide): {
  tick(nowMs: number, speed: number): void;
  takeReachedS(): number;
} {
  let lastMs: number | null = null;
  let reachedS = 0;
  let stepping = false;
  /** Smoothed; 0 until it has been measured. */
  let msPerSimulatedS = 0;
  return {
    tick(nowMs, speed) {
      if (speed === 0) lastMs = null;
      if (speed === 0 || stepping) return;
      const elapsedMs = lastMs === null ? stepMs : Math.min(nowMs - lastMs, longestStepMs);
      lastMs = nowMs;
      stepping = true;
      const affordableS = msPerSimulatedS === 0 ? stepMs / 1000 : stepBudgetMs / msPerSimulatedS;
      const dtS = Math.min((elapsedMs / 1000) * speed, affordableS);
      void side.step(dtS, nowMs).then((advancedS) => {
        stepping = false;
        reachedS += advancedS;
        if (advancedS <= 0) return;
        const cost = (performance.now() - nowMs) / advancedS;
        msPerSimulatedS = msPerSimulatedS === 0 ? cost : 0.8 * msPerSimulatedS + 0.2 * cost;
      });
    },
    takeReachedS() {
      const taken = reachedS;
      reachedS = 0;
      return taken;
    },
  };
}

function requireKnown(
  code: "unknown-scenario" | "unknown-arm",
  name: string,
  names: readonly string[],
): void {
  try {
    requireName(code, code === "unknown-arm" ? "arm" : "scenario", name, names);
  } catch (error) {
    throw new ProtocolError(code, (error as Error).message);
  }
}
