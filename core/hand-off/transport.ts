import { z } from "zod";
import type { RandomStream } from "../random/stream.ts";

/** The second step: bytes on the message that already crosses the boundary, over a link that is not perfect. */

const probability = z.number().min(0).max(1);

/** A link's behaviour; every default is a perfect link without delay. */
export const linkParametersSchema = z.strictObject({
  delayMs: z.number().min(0).default(0),
  /** Uniform extra delay in [0, jitterMs). */
  jitterMs: z.number().min(0).default(0),
  lossProbability: probability.default(0),
  duplicateProbability: probability.default(0),
  /** A reordered copy waits `reorderDelayMs` longer, so that later messages overtake it. */
  reorderProbability: probability.default(0),
  reorderDelayMs: z.number().min(0).default(20),
  /** Probability that one bit of a copy arrives flipped. */
  corruptProbability: probability.default(0),
});

export type LinkParameters = z.infer<typeof linkParametersSchema>;

/** One copy of a message at the receiver. */
export interface Delivery {
  readonly arrivesAtS: number;
  readonly bytes: Uint8Array;
}

/** Whose state travels, and in which of that entity's hand-offs. */
export interface Shipment {
  readonly entity: number;
  readonly sequence: number;
  /**
   * When the message arrives that carries it, where somebody else than the link decides that; null: never. The link's delay,
   * jitter and loss are then in it already. Absent: the link decides.
   */
  readonly arrivesAtS?: number | null;
}

/** One message for the link. */
export interface LinkMessage extends Shipment {
  readonly bytes: Uint8Array;
  readonly atS: number;
}

export interface Link {
  readonly label: string;
  /**
   * Returns for each message the copies that will arrive, in order of arrival: none when lost, two when duplicated. The draws
   * depend on (entity, sequence) and the link's stream only, so the same messages always meet the same fate.
   */
  send(messages: readonly LinkMessage[]): readonly (readonly Delivery[])[];
}

/** Which draw of a copy is which; a second copy adds COPY_STRIDE. */
const DRAW = { loss: 0, duplicate: 1, jitter: 2, reorder: 3, corrupt: 4, bit: 5 } as const;
const COPY_STRIDE = 16;

/**
 * Returns a link that draws its faults from `random`. A message may say when it arrives, or that it never does
 * (`arrivesAtS`): then the link only duplicates, reorders and corrupts it.
 */
export function createLink(parameters: LinkParameters, random: RandomStream): Link {
  const p = parameters;
  return { label: linkLabel(p), send: (messages) => messages.map(copiesOf) };

  function copiesOf({ entity, sequence, bytes, atS, arrivesAtS }: LinkMessage): readonly Delivery[] {
    if (arrivesAtS === null) return [];
    const isTimed = arrivesAtS !== undefined;
    const copies = happens(p.duplicateProbability, DRAW.duplicate) ? 2 : 1;
    const deliveries: Delivery[] = [];
    for (let copy = 0; copy < copies; copy++) {
      const base = copy * COPY_STRIDE;
      if (!isTimed && happens(p.lossProbability, base + DRAW.loss)) continue;
      const reordered = happens(p.reorderProbability, base + DRAW.reorder);
      const corrupt = happens(p.corruptProbability, base + DRAW.corrupt);
      const wayMs = (isTimed ? 0 : p.delayMs + jitterMs(base)) + (reordered ? p.reorderDelayMs : 0);
      deliveries.push({
        arrivesAtS: (arrivesAtS ?? atS) + wayMs / 1000,
        bytes: corrupt ? flipBit(bytes, random.uniform(entity, sequence, base + DRAW.bit)) : bytes,
      });
    }
    return deliveries.length > 1 ? deliveries.sort((a, b) => a.arrivesAtS - b.arrivesAtS) : deliveries;

    /** A draw is named, not counted: one that cannot matter need not be made. */
    function happens(probability: number, index: number): boolean {
      return probability > 0 && random.uniform(entity, sequence, index) < probability;
    }

    function jitterMs(base: number): number {
      return p.jitterMs === 0 ? 0 : p.jitterMs * random.uniform(entity, sequence, base + DRAW.jitter);
    }
  }
}

/** Returns a copy with the bit at the fraction `where` of its length flipped. */
function flipBit(bytes: Uint8Array, where: number): Uint8Array {
  const copy = bytes.slice();
  const bit = Math.floor(where * copy.length * 8);
  if (copy.length > 0) copy[bit >>> 3] ^= 1 << (bit & 7);
  return copy;
}

function linkLabel(p: LinkParameters): string {
  const faults = [
    p.lossProbability > 0 ? `${percent(p.lossProbability)} lost` : "",
    p.duplicateProbability > 0 ? `${percent(p.duplicateProbability)} doubled` : "",
    p.reorderProbability > 0 ? `${percent(p.reorderProbability)} reordered` : "",
    p.corruptProbability > 0 ? `${percent(p.corruptProbability)} corrupted` : "",
  ].filter((fault) => fault !== "");
  const delay = p.jitterMs > 0 ? `${p.delayMs} to ${p.delayMs + p.jitterMs} ms` : `${p.delayMs} ms`;
  return [delay, ...faults].join(", ");
}

/** Without the digits that binary fractions add: 0.07 * 100 is 7.000000000000001. */
function percent(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}
