import {
  type Awaitable,
  anotherEntity,
  type Consignment,
  createStream,
  endOfHandOff,
  type HandOffReport,
  type ReceptionOutcome,
  reportedPayloadBytes,
  rowOf,
  type StateBatch,
  whenReady,
} from "#core";
import type { Arm } from "./arms.ts";
import type { RanEvent } from "./events.ts";
import { stepsOfArm } from "./hand-off-steps.ts";
import { ueHistory } from "./handover/attachment.ts";
import { NONE, type RanState } from "./state.ts";
import type { World } from "./world.ts";

/**
 * The network's side of a handover: what is kept of a phone goes onto the link with the HANDOVER REQUEST, and what has
 * come by the completion is taken over at the target. All phones that send, or complete, on one tick go in one batch.
 *
 * The payload is a PRIVATE MESSAGE beside the request, or travels in it (`xn.carrier`); one that is lost or late costs
 * the memory and not the handover. It is preparation plus execution old when it is used. After a failure nothing is
 * carried: no request named the cell in which the phone turns up.
 */
export interface Network {
  /** Returns `events` with a `latentReceived` after each completion of an arm that has a memory. */
  follow(events: readonly RanEvent[]): Awaitable<readonly RanEvent[]>;
}

type OfType<T extends RanEvent["type"]> = Extract<RanEvent, { type: T }>;

export function createNetwork(parts: {
  readonly arm: Arm;
  readonly state: RanState;
  readonly world: Pick<World, "ueCount" | "cellNames" | "tickMs">;
  readonly seed: number;
  readonly onHandOff?: (report: HandOffReport<"ran">) => void;
}): Network {
  const { arm, state, world, seed, onHandOff } = parts;
  const { memory } = arm.policy;
  const steps = stepsOfArm(arm);
  if (memory === null) {
    return {
      follow(events) {
        for (const event of events) if (event.type === "handoverComplete") tell(event, null, null);
        return events;
      },
    };
  }
  const kept = memory;
  const others = createStream(seed, "shuffled");
  /** [ue]: what is under way to the target. */
  const underWay: (Consignment | null)[] = new Array(world.ueCount).fill(null);
  /** By phone: what was sent on this tick. */
  const payloads = new Map<number, Uint8Array>();

  return {
    follow(events) {
      const requests: OfType<"handoverRequest">[] = [];
      const completions: OfType<"handoverComplete">[] = [];
      for (const event of events) {
        switch (event.type) {
          case "handoverRequest":
            requests.push(event);
            break;
          case "handoverComplete":
            completions.push(event);
            break;
          case "radioLinkFailure":
            kept.forget(event.ue);
            underWay[event.ue] = null;
            break;
          case "handoverFailure":
            // The source serves on, and remembers.
            if (!event.fallback) kept.forget(event.ue);
            underWay[event.ue] = null;
            break;
          case "preparationFailure":
            underWay[event.ue] = null;
            break;
          default:
            break;
        }
      }
      return whenReady(receive(completions), (outcomes) =>
        whenReady(send(requests), () => withLatents(events, outcomes)),
      );
    },
  };

  function send(requests: readonly OfType<"handoverRequest">[]): Awaitable<void> {
    if (arm.handOff === null || requests.length === 0) return;
    const { standardIe } = arm.handOff;
    kept.depart?.(
      requests.map(({ ue, source, target, tick }) => ({
        ...{ ue, source, target },
        history: ueHistory(state, ue, world.tickMs, tick),
      })),
    );
    const shipments = requests.map(({ ue, attempt, payloadArrivesS, requestArrivesS }) => ({
      entity: ue,
      sequence: attempt,
      arrivesAtS: (standardIe === undefined ? payloadArrivesS : requestArrivesS) ?? null,
    }));
    const sent = arm.handOff.send(statesToSend(requests), shipments, requests[0].timeS);
    return whenReady(sent, (consignments) => {
      for (const [i, consignment] of consignments.entries()) {
        underWay[requests[i].ue] = consignment;
        if (consignment !== null) payloads.set(consignment.entity, consignment.bytes);
      }
    });
  }

  function statesToSend(requests: readonly OfType<"handoverRequest">[]): StateBatch {
    const { sends } = arm;
    switch (sends.what) {
      case "own":
        return kept.read(requests.map(({ ue }) => ue));
      case "another":
        return kept.read(requests.map(({ ue, attempt }) => anotherPhone(ue, attempt, sends.among)));
      case "row": {
        const values = new Float32Array(requests.length * kept.stateSize);
        for (const [i, { ue, attempt }] of requests.entries()) {
          values.set(sends.row(ue, attempt), i * kept.stateSize);
        }
        return { count: requests.length, size: kept.stateSize, values };
      }
    }
  }

  /** Returns a phone other than `ue` that is served now and `among` those that can stand in; `ue` itself when there is none. */
  function anotherPhone(
    ue: number,
    attempt: number,
    among: (ue: number, other: number) => boolean = () => true,
  ): number {
    const { ueCount } = world;
    const start = others.integer(ueCount, ue, attempt);
    return anotherEntity(ue, ueCount, start, (other) => state.serving[other] !== NONE && among(ue, other));
  }

  function receive(
    completions: readonly OfType<"handoverComplete">[],
  ): Awaitable<readonly (ReceptionOutcome | null)[]> {
    if (completions.length === 0) return [];
    const ues = completions.map(({ ue }) => ue);
    const { stays } = kept;
    if (stays !== undefined) {
      for (const event of completions) {
        stays.moved(event.ue);
        tell(event, null, null);
      }
      return ues.map(() => "warm" as const);
    }
    for (const ue of ues) kept.forget(ue);
    const { handOff } = arm;
    if (handOff === null) {
      for (const event of completions) tell(event, null, null);
      return ues.map(() => "none-sent" as const);
    }
    const consignments = ues.map((ue) => underWay[ue]);
    return whenReady(
      handOff.receive(consignments, kept.read(ues), completions[0].timeS),
      ({ states, outcomes }) => {
        const warm = [...ues.keys()].filter((i) => outcomes[i] === "warm");
        const written =
          warm.length === 0
            ? undefined
            : kept.write(
                warm.map((i) => ues[i]),
                rowsOf(states, warm),
              );
        return whenReady(written, () => {
          for (const [i, event] of completions.entries()) tell(event, consignments[i], outcomes[i]);
          return outcomes;
        });
      },
    );
  }

  /** After each request what was sent with it, after each completion what came of it. */
  function withLatents(
    events: readonly RanEvent[],
    outcomes: readonly (ReceptionOutcome | null)[],
  ): readonly RanEvent[] {
    let completed = 0;
    return events.flatMap((event): RanEvent[] => {
      const payloadBytes = underWay[event.ue]?.bytes.length ?? 0;
      const payload = payloads.get(event.ue);
      if (event.type === "handoverRequest" && payload !== undefined) {
        payloads.delete(event.ue);
        const { tick, timeS, ue, attempt, source, target } = event;
        const of = { tick, timeS, ue, attempt, source, target };
        return [event, { type: "latentSent", ...of, payloadBytes, payload }];
      }
      if (event.type !== "handoverComplete") return [event];
      underWay[event.ue] = null;
      return [
        event,
        { ...event, type: "latentReceived", outcome: outcomes[completed++] ?? "none-sent", payloadBytes },
      ];
    });
  }

  function tell(
    event: OfType<"handoverComplete">,
    consignment: Consignment | null,
    received: ReceptionOutcome | null,
  ): void {
    if (onHandOff === undefined) return;
    const delivery = consignment?.deliveries[0];
    const bytes = consignment?.bytes.length ?? 0;
    const headerBytes = consignment?.headerBytes ?? 0;
    onHandOff({
      domain: "ran",
      arm: arm.name,
      entity: event.ue,
      from: world.cellNames[event.source],
      to: world.cellNames[event.target],
      timeS: event.timeS,
      compress: {
        label: steps.compress,
        inputBytes: (memory?.stateSize ?? 0) * Float32Array.BYTES_PER_ELEMENT,
        outputBytes: bytes - headerBytes,
      },
      transport: {
        label: steps.transport,
        bytes,
        headerBytes,
        delayMs:
          delivery === undefined || consignment === null
            ? null
            : (delivery.arrivesAtS - consignment.sentAtS) * 1000,
      },
      project: { label: steps.project, rereadTokens: null },
      end: endOfHandOff(arm.end, received),
      payloadHead: delivery?.bytes.slice(0, reportedPayloadBytes) ?? new Uint8Array(0),
    });
  }
}

/** Returns some rows of a batch as a batch. */
function rowsOf(states: StateBatch, rows: readonly number[]): StateBatch {
  const { size } = states;
  const values = new Float32Array(rows.length * size);
  for (const [to, from] of rows.entries()) values.set(rowOf(states, from), to * size);
  return { count: rows.length, size, values };
}
