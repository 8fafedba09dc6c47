import {
  type Awaitable,
  type Consignment,
  type HandOffEnd,
  type HandOffReport,
  type ReceptionOutcome,
  reportedPayloadBytes,
  whenReady,
} from "#core";
import type { RanEvent } from "../events.ts";
import type { RanState } from "../state.ts";
import type { World } from "../world.ts";
import type { Arm } from "./arms/arm.ts";
import { type RequestEvent, statesLeaving } from "./compress.ts";
import { takeOver } from "./project.ts";
import { shipmentOf } from "./transport.ts";

/**
 * The three steps at a handover, led by its events: what is known of a phone goes onto Xn with the HANDOVER REQUEST, and what has
 * come by the completion is taken over at the target. All phones that send, or complete, on one tick go in one batch.
 *
 * The payload is a PRIVATE MESSAGE beside the request, or travels in it (`xn.carrier`); one that is lost or late costs
 * the memory and not the handover. It is preparation plus execution old when it is used. After a failure nothing is
 * carried: no request named the cell in which the phone turns up.
 */
export interface Exchange {
  /** Returns `events` with a `latentReceived` after each completion of an arm that has a memory. */
  follow(events: readonly RanEvent[]): Awaitable<readonly RanEvent[]>;
}

type Completion = Extract<RanEvent, { type: "handoverComplete" }>;

/** Returns the exchange of one arm under way, at its beginning. */
export function createExchange(parts: {
  readonly arm: Arm;
  readonly state: RanState;
  readonly world: Pick<World, "ueCount" | "cellNames" | "tickMs">;
  readonly seed: number;
  readonly onHandOff?: (report: HandOffReport<"ran">) => void;
}): Exchange {
  const { arm, state, world, seed, onHandOff } = parts;
  const { handOff, sends, standardIe } = arm;
  const { memory } = arm.policy;
  const leaving =
    memory === null || sends === null ? null : statesLeaving({ sends, memory, state, world, seed });
  /** [ue]: what is under way to the target. */
  const underWay: (Consignment | null)[] = new Array(world.ueCount).fill(null);
  /** By phone: what was sent on this tick. */
  const payloads = new Map<number, Uint8Array>();

  return {
    follow(events) {
      const requests: RequestEvent[] = [];
      const completions: Completion[] = [];
      for (const event of events) {
        switch (event.type) {
          case "handoverRequest":
            requests.push(event);
            break;
          case "handoverComplete":
            completions.push(event);
            break;
          case "radioLinkFailure":
            memory?.forget(event.ue);
            underWay[event.ue] = null;
            break;
          case "handoverFailure":
            // The source serves on, and remembers.
            if (!event.fallback) memory?.forget(event.ue);
            underWay[event.ue] = null;
            break;
          case "preparationFailure":
            underWay[event.ue] = null;
            break;
          default:
            break;
        }
      }
      return whenReady(receive(completions), (received) =>
        whenReady(send(requests), () => (memory === null ? events : withLatents(events, received))),
      );
    },
  };

  function send(requests: readonly RequestEvent[]): Awaitable<void> {
    if (leaving === null || requests.length === 0) return;
    const shipments = requests.map((request) => shipmentOf(request, standardIe));
    return whenReady(handOff.send(leaving(requests), shipments, requests[0].timeS), (consignments) => {
      for (const [i, consignment] of consignments.entries()) {
        underWay[requests[i].ue] = consignment;
        if (consignment !== null) payloads.set(consignment.entity, consignment.bytes);
      }
    });
  }

  function receive(completions: readonly Completion[]): Awaitable<readonly ReceptionOutcome[]> {
    if (completions.length === 0) return [];
    const ues = completions.map(({ ue }) => ue);
    const consignments = ues.map((ue) => underWay[ue]);
    const received = takeOver({ memory, handOff }, ues, consignments, completions[0].timeS);
    return whenReady(received, ({ outcomes, ends }) => {
      for (const [i, event] of completions.entries()) tell(event, consignments[i], ends[i]);
      return outcomes.map((outcome, i) => outcome ?? withoutMessage(ends[i]));
    });
  }

  /** After each request what was sent with it, after each completion what came of it. */
  function withLatents(
    events: readonly RanEvent[],
    outcomes: readonly ReceptionOutcome[],
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
      return [event, { ...event, type: "latentReceived", outcome: outcomes[completed++], payloadBytes }];
    });
  }

  function tell(event: Completion, consignment: Consignment | null, end: HandOffEnd): void {
    if (onHandOff === undefined) return;
    const { steps } = handOff;
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
      end,
      payloadHead: delivery?.bytes.slice(0, reportedPayloadBytes) ?? new Uint8Array(0),
    });
  }
}

/** A state that stayed is as good as one that came; of one that was dropped nothing was sent. */
function withoutMessage({ ends }: HandOffEnd): ReceptionOutcome {
  return ends === "kept" ? "warm" : "none-sent";
}
