import { type Consignment, type HandOffEnd, payloadHeaderBytes, whenReady } from "#core";
import { createTraining } from "./experiment.ts";
import { type Arm, checkSyntheticArms, createArm } from "./hand-off/arms.ts";
import { createBeliefLog, type HandoverBeliefs } from "./metrics/handover-beliefs.ts";
import { ticksOf } from "./ran-params.ts";
import { commonRule } from "./run-world.ts";
import type { RanScenario } from "./scenario.ts";
import { createSimulation } from "./simulate.ts";
import { createSyntheticWorld } from "./synthetic-world.ts";
import { statesOfArm } from "./training-states.ts";
import type { WorldLayout } from "./world.ts";

/**
 * Single handovers of one world, each with what several arms believed after it and with the payloads that crossed: the common rule fixes
 * the handovers, and the memories of the arms follow it, as in the open-loop measures.
 */

export interface ExplainedHandovers {
  readonly layout: WorldLayout;
  /** [arm], as they were asked for. */
  readonly arms: readonly { readonly name: string; readonly end: HandOffEnd }[];
  readonly handovers: readonly ExplainedHandover[];
}

export interface ExplainedHandover extends HandoverBeliefs {
  /** Where the phone is at the completion, metres. */
  readonly xM: number;
  readonly yM: number;
  /** [arm]: the payload as sent, its header of {@link payloadHeaderBytes} included; null where the arm sends none. */
  readonly payloads: readonly (Uint8Array | null)[];
}

/** Returns the handovers of the world of `seed`. Throws BadInputError for an unknown arm. */
export async function explainHandovers(options: {
  readonly scenario: RanScenario;
  readonly seed: number;
  readonly arms: readonly string[];
}): Promise<ExplainedHandovers> {
  const { scenario, seed } = options;
  const names = checkSyntheticArms(options.arms);
  const states = await createTraining(scenario, names)();
  const world = createSyntheticWorld(scenario, seed);
  const make = (name: string): Arm =>
    createArm(name, { scenario, world, seed, trainingStates: (of) => statesOfArm(states, of) });
  const watched = names.map((name) => watchPayloads(make(name)));
  const arms = watched.map(({ arm }) => arm);
  const log = createBeliefLog(world, arms, ticksOf(scenario.warmUpS * 1000, world.tickMs));
  /** By phone and tick of the completion: what each arm had sent last. */
  const payloads = new Map<string, readonly (Uint8Array | null)[]>();
  const simulation = createSimulation({
    ...{ world, scenario, seed },
    arms: [],
    common: {
      arm: make(commonRule[scenario.network.memory]),
      shadows: arms,
      onTick(state, events, sensing) {
        for (const event of events) {
          if (event.type !== "handoverComplete") continue;
          payloads.set(
            keyOf(event),
            watched.map(({ lastOf }) => lastOf(event.ue)),
          );
        }
        log.onTick(state, events, sensing);
      },
    },
  });
  await simulation.advance(world.tickCount);
  const place = { xM: new Float64Array(world.ueCount), yM: new Float64Array(world.ueCount) };
  return {
    layout: world.layout,
    arms: arms.map(({ name, handOff }) => ({ name, end: handOff.end })),
    handovers: log.handovers().map((handover) => {
      world.positionsAt(handover.timeS, place);
      return {
        ...handover,
        xM: place.xM[handover.ue],
        yM: place.yM[handover.ue],
        payloads: payloads.get(keyOf(handover)) ?? arms.map(() => null),
      };
    }),
  };
}

function keyOf({ ue, timeS }: { readonly ue: number; readonly timeS: number }): string {
  return `${ue}/${timeS}`;
}

/** Returns an arm that does the same and remembers, by phone, the bytes that it sent last. */
function watchPayloads(arm: Arm): { readonly arm: Arm; lastOf(ue: number): Uint8Array | null } {
  const last = new Map<number, Consignment>();
  const { handOff } = arm;
  return {
    arm: {
      ...arm,
      handOff: {
        ...handOff,
        send: (sent, shipments, atS) =>
          whenReady(handOff.send(sent, shipments, atS), (consignments) => {
            for (const consignment of consignments) {
              if (consignment !== null) last.set(consignment.entity, consignment);
            }
            return consignments;
          }),
      },
    },
    lastOf: (ue) => last.get(ue)?.bytes ?? null,
  };
}
