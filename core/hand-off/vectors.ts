import { type Awaitable, whenReady } from "../awaitable.ts";
import { type LatentBatch, rowOf, type StateBatch } from "../latent.ts";
import {
  bytesPerValue,
  firstNotFinite,
  type Precision,
  payloadHeaderBytes,
  readPayload,
  writePayload,
} from "../payload.ts";
import type { Compressor } from "./compress.ts";
import type { HandOffEnd } from "./end.ts";
import { type Consignment, composeHandOff, type HandOff, type WireFormat } from "./exchange.ts";
import type { Projector } from "./project.ts";
import type { Link, Shipment } from "./transport.ts";

/** The hand-off of vectors: states of a model, which a latent stands for. Every state is sent. */
export interface VectorHandOff extends HandOff<StateBatch, StateBatch> {
  send(states: StateBatch, shipments: readonly Shipment[], atS: number): Awaitable<readonly Consignment[]>;
}

/** Payloads that share one buffer. */
const SLAB_PAYLOADS = 64;

/** Returns the format of `payload.ts`, with its header and checksum, of the shipment's sequence. */
export function payloadFormat(
  modelId: string,
  dimension: number,
  precision: Precision,
): WireFormat<Float32Array> {
  const size = payloadHeaderBytes + dimension * bytesPerValue[precision];
  let slab = new Uint8Array(0);
  let used = 0;
  return {
    label: precision,
    encode(values, { sequence }) {
      // A buffer of its own would cost as much time as what is written into it.
      if (used + size > slab.length) [slab, used] = [new Uint8Array(SLAB_PAYLOADS * size), 0];
      const bytes = slab.subarray(used, used + size);
      used += size;
      writePayload(bytes, values, { modelId, precision, sequence });
      return { bytes, headerBytes: payloadHeaderBytes };
    },
    decode(bytes, { sequence }) {
      const content = new Float32Array(dimension);
      const reason = readPayload(bytes, { modelId, dimension, sequence }, content);
      return reason === null ? { ok: true, content } : { ok: false, reason };
    },
  };
}

/**
 * Returns the hand-off of a compressor, a link and a projector of one model. Throws RangeError when the compressor and
 * the projector are of different models or sizes; `send` and `receive` throw it when the rows of a batch and the
 * shipments or consignments differ in number. Latents are written as payloads of a `precision`, or in a format that is told.
 */
export function createHandOff(parts: {
  readonly compressor: Compressor;
  readonly precision: Precision | WireFormat<Float32Array>;
  readonly link: Link;
  readonly projector: Projector;
  /** How it ends when all goes well: restored by projecting, unless told. */
  readonly end?: HandOffEnd;
}): VectorHandOff {
  const { compressor, precision, link, projector } = parts;
  const { end = { ends: "restored", because: "projected" } } = parts;
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
  const rows = composeHandOff<Float32Array, Float32Array, Float32Array>({
    end,
    link,
    format: typeof precision === "string" ? payloadFormat(modelId, latentSize, precision) : precision,
    compress: {
      label: compressor.label,
      run: (states) =>
        whenReady(compressor.compress(batchOf(states, compressor.stateSize)), (latents: LatentBatch) =>
          rowsOf(latents),
        ),
    },
    project: {
      label: projector.label,
      run: (latents, receivers) =>
        whenReady(
          projector.project(
            { modelId, ...batchOf(latents, latentSize) },
            batchOf(receivers, projector.stateSize),
          ),
          (projected) =>
            rowsOf(projected).map((row) => (firstNotFinite(row, 0, row.length) < 0 ? row : null)),
        ),
    },
  });
  return {
    ...rows,
    send: (states, shipments, atS) =>
      whenReady(rows.send(rowsOf(states), shipments, atS), (sent) => sent.filter((one) => one !== null)),
    receive(consignments, receiver, atS) {
      const own = rowsOf(receiver);
      return whenReady(rows.receive(consignments, own, atS), ({ states, ...rest }) => {
        const changed = [...states.keys()].filter((row) => states[row] !== own[row]);
        if (changed.length === 0) return { states: receiver, ...rest };
        const values = receiver.values.slice();
        for (const row of changed) values.set(states[row], row * receiver.size);
        return { states: { ...receiver, values }, ...rest };
      });
    },
  };
}

/** Returns views of the rows of a batch. */
function rowsOf(batch: StateBatch): Float32Array[] {
  return Array.from({ length: batch.count }, (_, row) => rowOf(batch, row));
}

/** Returns rows of `size` values as one batch. Throws RangeError for a row of another size. */
function batchOf(rows: readonly Float32Array[], size: number): StateBatch {
  const values = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) {
    if (row.length !== size)
      throw new RangeError(`a state of ${size} values was expected, got ${row.length}`);
    values.set(row, i * size);
  }
  return { count: rows.length, size, values };
}
