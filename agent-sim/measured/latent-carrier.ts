// Arms that send a latent: core's three steps, the payload inside an agent's message.
import {
  type Compressor,
  createHandOff,
  createStream,
  type Delivery,
  type LatentBatch,
  meanOfOthers,
  permutedState,
  rowOf,
  stateBatch,
} from "#core";
import { timedCompressor, timedProjector } from "./clock.ts";
import {
  type Carrier,
  type CarrierParts,
  coldStart,
  emptyHanded,
  type HandedOver,
  nothingCrossed,
  type Source,
} from "./hand-over.ts";
import type { LatentEncoder, ReadContext } from "./latents.ts";
import { createMessageLink } from "./message-link.ts";
import type { Reading } from "./reader.ts";

/** Returns the latent that travels in place of a document's own. */
export type Replacement = (own: Float32Array, entity: number) => Float32Array;

/**
 * Returns the arm of an encoder. With `relay: forward` the first sender's payload is passed on as it came; with `reencode`
 * each sender compresses its own states of the memory vectors that it read.
 */
export function latentCarrier(
  { link, relay, reader }: CarrierParts,
  encoder: LatentEncoder,
  replace: Replacement | null,
): Carrier {
  const { memoryVectors, projector, precision } = encoder;
  const { width } = reader.model.shape;
  const keptStates = (reading: Reading | null) => {
    const hidden = reading?.output.hidden ?? null;
    if (hidden === null) return null;
    // The token that begins comes before the memory.
    const states = hidden.slice(width, (1 + memoryVectors) * width);
    return { states, positions: memoryVectors, document: null };
  };
  return {
    seesQuestion: false,
    async handOver(holding, { route, clock }): Promise<HandedOver> {
      const { entity } = holding.source;
      const messages = createMessageLink(link, route, clock);
      const compressor = timedCompressor(
        replace === null ? encoder.compressor : replaced(encoder.compressor, replace, entity),
        clock,
      );
      const handOff = createHandOff({
        compressor,
        precision,
        link: messages,
        projector: timedProjector(projector, clock),
      });
      // One latent a task: whoever passes it on keeps its number.
      const shipment = { entity, sequence: 0 };
      const { read, payload } = holding;
      const makes = holding.isFirst || (relay === "reencode" && encoder.reencodes);
      let deliveries: readonly Delivery[];
      if (makes && read !== null) {
        await warmUp(encoder, read);
        const states = await clock.time("compress", () => encoder.statesOf([read]));
        const [consignment] = await clock.time("encode", () => handOff.send(states, [shipment], 0));
        deliveries = consignment.deliveries;
      } else if (payload !== null) [deliveries] = messages.send([{ ...shipment, bytes: payload, atS: 0 }]);
      else return coldStart(holding, "none-sent", nothingCrossed);
      const crossing = messages.crossed();
      const receiver = stateBatch(1, projector.stateSize, new Float32Array(projector.stateSize));
      const consignment = {
        ...shipment,
        sentAtS: 0,
        bytes: crossing.head,
        headerBytes: crossing.headerBytes,
        deliveries,
      };
      const { states, outcomes } = await clock.time("decode", () =>
        handOff.receive([consignment], receiver, Number.POSITIVE_INFINITY),
      );
      const [came] = outcomes;
      const outcome = came === "lost" || came === null ? (messages.refused() ?? "lost") : came;
      const passedOn = deliveries[0]?.bytes ?? null;
      if (outcome !== "warm") {
        // Whoever cannot read a payload still passes it on.
        const cold = coldStart(holding, outcome, crossing);
        return { ...cold, hold: () => ({ ...emptyHanded(holding), payload: passedOn }) };
      }
      return {
        context: { kind: "memory", vectors: rowOf(states, 0) },
        outcome,
        crossing,
        hold: (reading) => ({
          ...emptyHanded(holding),
          payload: passedOn,
          read: keptStates(reading),
        }),
      };
    },
  };
}

const warm = new WeakMap<LatentEncoder, Set<number>>();

/** A runtime makes ready for a size when it first meets it: that run is not the one whose time counts. */
async function warmUp(encoder: LatentEncoder, read: ReadContext): Promise<void> {
  const sizes = warm.get(encoder) ?? new Set();
  warm.set(encoder, sizes);
  if (sizes.has(read.positions)) return;
  sizes.add(read.positions);
  const { compressor, projector } = encoder;
  const latents = await compressor.compress(await encoder.statesOf([read]));
  await projector.project(latents, stateBatch(1, projector.stateSize, new Float32Array(projector.stateSize)));
}

function replaced(compressor: Compressor, replace: Replacement, entity: number): Compressor {
  return {
    ...compressor,
    async compress(states) {
      const own = await compressor.compress(states);
      return { ...own, values: replace(own.values, entity) };
    },
  };
}

/** Returns each document's mean over the latents of the others. Throws RangeError for fewer than two documents. */
export async function othersMean(encoder: LatentEncoder, sources: readonly Source[]): Promise<Replacement> {
  if (sources.length < 2) throw new RangeError("a mean over other documents needs two documents");
  const latents: LatentBatch = await encoder.compressor.compress(
    await encoder.statesOf(sources.map(({ read }) => read)),
  );
  return (_, entity) =>
    meanOfOthers(
      latents,
      sources.findIndex((source) => source.entity === entity),
    );
}

/** Returns a latent's own values in an order drawn from the seed, the same for all documents. */
export function inAnotherOrder(seed: number): Replacement {
  const random = createStream(seed, "shuffled latent");
  return (own) => permutedState(own, random);
}
