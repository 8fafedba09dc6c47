import { type Awaitable, whenReady } from "../awaitable.ts";
import { endOfHandOff, type HandOffEnd } from "./end.ts";
import type { ColdReason, ReceptionOutcome } from "./outcome.ts";
import type { Delivery, Link, Shipment } from "./transport.ts";

/**
 * A hand-off: compress at the sender, transport over the link, project at the receiver. The two halves are called at
 * different times of the simulation; between them the consignment travels. `Sent` and `Known` are batches: a matrix of
 * states for models, a list for texts and caches.
 */
export interface HandOff<Sent, Known> {
  readonly steps: StepLabels;
  /** How it ends when all goes well. */
  readonly end: HandOffEnd;
  /**
   * Compresses what each sender knows and puts it on the link. `shipments[i]` says whose state entry i is; the answer's entry i
   * is null where that sender had nothing to send. Throws RangeError when the numbers differ.
   */
  send(states: Sent, shipments: readonly Shipment[], atS: number): Awaitable<readonly (Consignment | null)[]>;
  /**
   * Projects what has arrived by `atS` into what each receiver knows: entry i takes `consignments[i]`, or stays as it is
   * when nothing usable is there. Never throws over what came from the link. Throws RangeError when the numbers differ.
   */
  receive(
    consignments: readonly (Consignment | null)[],
    receivers: Known,
    atS: number,
  ): Awaitable<Reception<Known>>;
}

/** What each step is, in words for people; the dashboard shows the same three in both domains. */
export interface StepLabels {
  readonly compress: string;
  readonly transport: string;
  readonly project: string;
}

/** A message under way. */
export interface Consignment extends Shipment {
  readonly sentAtS: number;
  /** What was put on the link, headers included. */
  readonly bytes: Uint8Array;
  /** Bytes of it that hold no content. */
  readonly headerBytes: number;
  /** The copies that arrive, in order of arrival. */
  readonly deliveries: readonly Delivery[];
}

/** What came of a batch of hand-offs. */
export interface Reception<Known> {
  readonly states: Known;
  /** What came of each message; null where the hand-off sends none on purpose. */
  readonly outcomes: readonly (ReceptionOutcome | null)[];
  /** What each receiver knows in the end: kept, restored or lost, and why. */
  readonly ends: readonly HandOffEnd[];
}

/** How a content is written on the wire. */
export interface WireFormat<Content> {
  /** In words for people. */
  readonly label: string;
  /** Returns the message of one content. Throws RangeError for one that cannot be written. */
  encode(content: Content, shipment: Shipment): { readonly bytes: Uint8Array; readonly headerBytes: number };
  /** Returns the content, or why it cannot be used. Never throws, whatever the bytes. */
  decode(bytes: Uint8Array, shipment: Shipment): Opened<Content>;
}

export type Opened<Content> =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly reason: ColdReason };

/** The steps of one hand-off over whatever it carries: the state of a model, a text, a cache. */
export interface Steps<Sent, Content, Known> {
  readonly compress: {
    readonly label: string;
    /** Returns what travels for each sender, in order; null for one that has nothing to send. */
    run(senders: readonly Sent[]): Awaitable<readonly (Content | null)[]>;
  };
  readonly format: WireFormat<Content>;
  readonly link: Link;
  readonly project: {
    readonly label: string;
    /** Returns what each receiver knows with its content; null where what came would be no number in it. */
    run(contents: readonly Content[], receivers: readonly Known[]): Awaitable<readonly (Known | null)[]>;
  };
  readonly end: HandOffEnd;
}

/**
 * Times are sums of ticks and delays, and 0.1 + 0.2 > 0.3: what is due at an instant is there at it. A nanosecond is
 * far above the rounding of such sums and far below any delay.
 */
const ROUNDING_S = 1e-9;

/** Returns the hand-off of these steps. All that leaves, or arrives, at one instant goes through a step in one call. */
export function composeHandOff<Sent, Content, Known>(
  steps: Steps<Sent, Content, Known>,
): HandOff<readonly Sent[], readonly Known[]> {
  const { compress, format, link, project, end } = steps;
  return {
    end,
    steps: {
      compress: `${compress.label}, ${format.label}`,
      transport: link.label,
      project: project.label,
    },
    send(states, shipments, atS) {
      requireEntries("send", states.length, shipments.length);
      return whenReady(compress.run(states), (contents) => {
        const messages = contents.map((content, i) =>
          content === null ? null : { ...shipments[i], atS, ...format.encode(content, shipments[i]) },
        );
        const arriving = link.send(messages.filter((message) => message !== null));
        let sent = 0;
        return messages.map((message): Consignment | null => {
          if (message === null) return null;
          const { atS: sentAtS, ...rest } = message;
          return { ...rest, sentAtS, deliveries: arriving[sent++] };
        });
      });
    },
    receive(consignments, receivers, atS) {
      requireEntries("receive", receivers.length, consignments.length);
      const outcomes: ReceptionOutcome[] = [];
      const usable: { readonly row: number; readonly content: Content }[] = [];
      for (const [row, consignment] of consignments.entries()) {
        const opened = openFirst(consignment, format, atS);
        outcomes.push(opened.ok ? "warm" : opened.reason);
        if (opened.ok) usable.push({ row, content: opened.content });
      }
      if (usable.length === 0) return received(receivers);
      const projected = project.run(
        usable.map(({ content }) => content),
        usable.map(({ row }) => receivers[row]),
      );
      return whenReady(projected, (results) => {
        const states = receivers.slice();
        for (const [i, { row }] of usable.entries()) {
          const result = results[i];
          // Finite values on the wire can still leave the range of a projector; such a state would poison the receiver.
          if (result === null) outcomes[row] = "not-finite";
          else states[row] = result;
        }
        return received(states);
      });

      function received(states: readonly Known[]): Reception<readonly Known[]> {
        return { states, outcomes, ends: outcomes.map((outcome) => endOfHandOff(end, outcome)) };
      }
    },
  };
}

/**
 * Returns a hand-off at which nothing crosses: of an arm that carries nothing over (`end` is lost), or of one that keeps all it
 * knows and so has nothing to send. Receivers stay as they are.
 */
export function handOffWithoutMessage<Known, Sent = Known>(
  steps: StepLabels,
  end: HandOffEnd,
): HandOff<Sent, Known> {
  return {
    steps,
    end,
    send: (_, shipments) => shipments.map(() => null),
    receive: (consignments, states) => ({
      states,
      outcomes: consignments.map(() => null),
      ends: consignments.map(() => end),
    }),
  };
}

function requireEntries(half: string, states: number, entries: number): void {
  if (states !== entries)
    throw new RangeError(`${half}: expected one entry for each of the ${states} states, got ${entries}`);
}

/** Returns the first usable copy that is there by `atS`; without one, the last reason found says why. */
function openFirst<Content>(
  consignment: Consignment | null,
  format: WireFormat<Content>,
  atS: number,
): Opened<Content> {
  if (consignment === null) return { ok: false, reason: "none-sent" };
  let opened: Opened<Content> = {
    ok: false,
    reason: consignment.deliveries.length === 0 ? "lost" : "late",
  };
  for (const { arrivesAtS, bytes } of consignment.deliveries) {
    if (arrivesAtS > atS + ROUNDING_S) break;
    opened = format.decode(bytes, consignment);
    if (opened.ok) break;
  }
  return opened;
}
