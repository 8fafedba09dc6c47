import { type Awaitable, whenReady } from "./awaitable.ts";
import type { Compressor } from "./compress.ts";
import { rowOf, type StateBatch } from "./latent.ts";
import {
  bytesPerValue,
  firstNotFinite,
  type PayloadFailure,
  type Precision,
  payloadFailures,
  payloadHeaderBytes,
  readPayload,
  writePayload,
} from "./payload.ts";
import type { Projector } from "./project.ts";
import type { Delivery, Link } from "./transport.ts";

/**
 * A hand-off: compress at the sender, transport over the link, project at the receiver. The two halves are called at
 * different times of the simulation; between them the consignment travels.
 */
export interface HandOff {
  /** What each step is, in words for people; the dashboard shows the same three in both domains. */
  readonly steps: { readonly compress: string; readonly transport: string; readonly project: string };
  /** Of what is put on the link, what is no value. */
  readonly headerBytes: number;
  /** Compresses the states and puts each on the link. `shipments[i]` says whose state row i is. */
  send(states: StateBatch, shipments: readonly Shipment[], atS: number): Awaitable<readonly Consignment[]>;
  /**
   * Projects what has arrived by `atS` into `receiver` [count, size]: row i takes `consignments[i]`, or stays as it is
   * (cold) when nothing usable is there. Never throws over what came from the link.
   */
  receive(
    consignments: readonly (Consignment | null)[],
    receiver: StateBatch,
    atS: number,
  ): Awaitable<Reception>;
}

/** Whose state travels, and in which of that entity's hand-offs. */
export interface Shipment {
  readonly entity: number;
  readonly sequence: number;
}

/** A payload under way. */
export interface Consignment extends Shipment {
  readonly sentAtS: number;
  /** Bytes put on the link, header included. */
  readonly byteCount: number;
  readonly deliveries: readonly Delivery[];
}

/**
 * Why a receiver started cold: the payload was unusable (`malformed`: written in a format of another standard, and broken),
 * did not come, came too late, or none was sent.
 */
export type ColdReason = PayloadFailure | "malformed" | "lost" | "late" | "none-sent";

export const coldReasons: readonly ColdReason[] = [
  ...payloadFailures,
  "malformed",
  "lost",
  "late",
  "none-sent",
];

export type ReceptionOutcome = "warm" | ColdReason;

export interface Reception {
  readonly states: StateBatch;
  /** [count] */
  readonly outcomes: readonly ReceptionOutcome[];
}

/**
 * Times are sums of ticks and delays, and 0.1 + 0.2 > 0.3: what is due at an instant is there at it. A nanosecond is
 * far above the rounding of such sums and far below any delay.
 */
const ROUNDING_S = 1e-9;

/** How a latent is written on the wire. */
export interface WireFormat {
  /** In words for people. */
  readonly label: string;
  readonly headerBytes: number;
  /** Returns the bytes of one latent. Throws RangeError for one that cannot be written. */
  encode(values: Float32Array, sequence: number): Uint8Array;
  /**
   * Writes the values into `out` [latentSize] and returns null, or returns why they cannot be used; `out` then means nothing.
   * Never throws, whatever the bytes.
   */
  decode(bytes: Uint8Array, sequence: number, out: Float32Array): ColdReason | null;
}

/** Payloads that share one buffer. */
const SLAB_PAYLOADS = 64;

/** Returns the format of `payload.ts`, with its header and checksum. */
function payloadFormat(modelId: string, dimension: number, precision: Precision): WireFormat {
  const size = payloadHeaderBytes + dimension * bytesPerValue[precision];
  let slab = new Uint8Array(0);
  let used = 0;
  return {
    label: precision,
    headerBytes: payloadHeaderBytes,
    encode(values, sequence) {
      // A buffer of its own would cost as much time as what is written into it.
      if (used + size > slab.length) [slab, used] = [new Uint8Array(SLAB_PAYLOADS * size), 0];
      const bytes = slab.subarray(used, used + size);
      used += size;
      writePayload(bytes, values, { modelId, precision, sequence });
      return bytes;
    },
    decode: (bytes, sequence, out) => readPayload(bytes, { modelId, dimension, sequence }, out),
  };
}

/**
 * Returns the hand-off of a compressor, a link and a projector of one model. Throws RangeError when the compressor and
 * the projector are of different models or sizes; `send` and `receive` throw it when the rows of a batch and the
 * shipments or consignments differ in number. Latents are written as payloads of a `precision`, or in a format that is told.
 */
export function createHandOff(parts: {
  readonly compressor: Compressor;
  readonly precision: Precision | WireFormat;
  readonly link: Link;
  readonly projector: Projector;
}): HandOff {
  const { compressor, precision, link, projector } = parts;
  if (compressor.modelId !== projector.modelId) {
    throw new RangeError(
      `createHandOff: the projector reads "${projector.modelId}", but the compressor writes "${compressor.modelId}"`,
    );
  }
  const { modelId, latentSize } = compressor;
  if (projector.latentSize !== latentSize) {
    throw new RangeError(
      `createHandOff: the projector reads ${projector.latentSize} values, but the compressor writes ${latentSize}`,
    );
  }
  const format = typeof precision === "string" ? payloadFormat(modelId, latentSize, precision) : precision;
  return {
    headerBytes: format.headerBytes,
    steps: {
      compress: `${compressor.label}, ${format.label}`,
      transport: link.label,
      project: projector.label,
    },
    send(states, shipments, atS) {
      requireRows("send", states.count, shipments.length);
      return whenReady(compressor.compress(states), (latents) =>
        shipments.map(({ entity, sequence }, i) => {
          const bytes = format.encode(rowOf(latents, i), sequence);
          const deliveries = link.send({ entity, sequence, bytes, atS });
          return { entity, sequence, sentAtS: atS, byteCount: bytes.length, deliveries };
        }),
      );
    },
    receive(consignments, receiver, atS) {
      requireRows("receive", receiver.count, consignments.length);
      const outcomes: ReceptionOutcome[] = [];
      const warmRows: number[] = [];
      const arrived = new Float32Array(receiver.count * latentSize);
      for (const [row, consignment] of consignments.entries()) {
        const at = warmRows.length * latentSize;
        const outcome = open(consignment, atS, format, arrived.subarray(at, at + latentSize));
        outcomes.push(outcome);
        if (outcome === "warm") warmRows.push(row);
      }
      const count = warmRows.length;
      if (count === 0) return { states: receiver, outcomes };
      const latents = { modelId, count, size: latentSize, values: arrived.subarray(0, count * latentSize) };
      return whenReady(projector.project(latents, rowsOf(receiver, warmRows)), (projected) => {
        const { size } = receiver;
        const values = receiver.values.slice();
        for (let i = 0; i < count; i++) {
          const row = warmRows[i];
          const [from, to] = [i * size, (i + 1) * size];
          // Finite values on the wire can still leave the range of a projector; such a state would poison the receiver.
          if (firstNotFinite(projected.values, from, to) < 0) {
            values.set(projected.values.subarray(from, to), row * size);
          } else outcomes[row] = "not-finite";
        }
        return { states: { ...receiver, values }, outcomes };
      });
    },
  };
}

function requireRows(half: string, rows: number, items: number): void {
  if (rows !== items)
    throw new RangeError(`${half}: expected one entry for each of the ${rows} states, got ${items}`);
}

/** Writes the first usable copy that is there by `atS` into `out`; without one, the last reason found says why. */
function open(
  consignment: Consignment | null,
  atS: number,
  format: WireFormat,
  out: Float32Array,
): ReceptionOutcome {
  if (consignment === null) return "none-sent";
  let outcome: ReceptionOutcome = consignment.deliveries.length === 0 ? "lost" : "late";
  for (const { arrivesAtS, bytes } of consignment.deliveries) {
    if (arrivesAtS > atS + ROUNDING_S) break;
    outcome = format.decode(bytes, consignment.sequence, out) ?? "warm";
    if (outcome === "warm") break;
  }
  return outcome;
}

/** Returns these rows of a batch as one batch: itself when they are all of its rows. */
function rowsOf(batch: StateBatch, rows: readonly number[]): StateBatch {
  if (rows.length === batch.count) return batch;
  const values = new Float32Array(rows.length * batch.size);
  for (const [i, row] of rows.entries()) values.set(rowOf(batch, row), i * batch.size);
  return { count: rows.length, size: batch.size, values };
}
