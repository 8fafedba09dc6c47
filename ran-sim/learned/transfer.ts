import {
  add,
  divergence,
  type Graph,
  linear,
  multiply,
  type Posterior,
  posteriorOf,
  quantizeInt8,
  sample,
  sigmoid,
  silu,
  subtract,
  type Tensor,
} from "#core/model";
import { boundStates, type ContextNetwork } from "./context-network.ts";
import { type ContextShape, contextSize } from "./context-shape.ts";

/** The learned compress and project: a beta-VAE's encoder at the source, a gated decoder at the target. */
export interface LearnedTransfer {
  /** Returns the posterior's mean and log variance of the states [batch, size]. */
  encode(state: Tensor): Posterior;
  /**
   * Returns the target's states [batch, size]: gate x decoded + (1 - gate) x its own, held to where states can be, with the
   * cells that are `listed` [batch, slots].
   */
  project(latent: Tensor, receiver: Tensor, listed: Tensor): Tensor;
}

const HIDDEN = 48;

/** What is not linear begins at nothing (`transfer-start.ts`). */
const nothing = { initial: { constant: 0 } } as const;

export function learnedTransfer(
  graph: Graph,
  name: string,
  network: ContextNetwork,
  latentSize: number,
): LearnedTransfer {
  const size = contextSize(network.shape);
  const encodeIn = linear(graph, `${name}.encode.in`, size, HIDDEN);
  const encodeMean = linear(graph, `${name}.encode.mean`, HIDDEN, latentSize, nothing);
  const encodeSkip = linear(graph, `${name}.encode.skip`, size, latentSize, { bias: false });
  const encodeSpread = linear(graph, `${name}.encode.spread`, HIDDEN, latentSize, nothing);
  return {
    project: gatedProjector(graph, name, network.shape, latentSize),
    encode(state) {
      const hidden = silu(encodeIn(state));
      return posteriorOf(add(encodeMean(hidden), encodeSkip(state)), encodeSpread(hidden));
    },
  };
}

/**
 * Returns the target's half, for states of `shape`. The latent may be of another model: then the layer is all that one vendor
 * has to train for another.
 */
export function gatedProjector(
  graph: Graph,
  name: string,
  shape: ContextShape,
  latentSize: number,
): LearnedTransfer["project"] {
  const size = contextSize(shape);
  const decodeIn = linear(graph, `${name}.decode.in`, latentSize, HIDDEN);
  const decodeOut = linear(graph, `${name}.decode.out`, HIDDEN, size, nothing);
  const decodeSkip = linear(graph, `${name}.decode.skip`, latentSize, size, { bias: false });
  const gate = linear(graph, `${name}.gate`, HIDDEN, size, nothing);
  return (latent, receiver, listed) => {
    const hidden = silu(decodeIn(latent));
    const decoded = add(decodeOut(hidden), decodeSkip(latent));
    const share = sigmoid(gate(hidden));
    return boundStates(graph, shape, add(receiver, multiply(share, subtract(decoded, receiver))), listed);
  };
}

/** What training adds for a transfer. */
export interface Sent {
  readonly states: Tensor;
  readonly divergence: Tensor;
}

/** Returns the states as the target gets them through `latentSize` bytes, and the divergence of what was sent. */
export function sendInTraining(
  transfer: LearnedTransfer,
  feeds: {
    readonly states: Tensor;
    readonly receiver: Tensor;
    readonly listed: Tensor;
    readonly noise: Tensor;
  },
  freeNats: number,
): Sent {
  const { states, receiver, listed, noise } = feeds;
  const sent = transfer.encode(states);
  return {
    states: transfer.project(quantizeInt8(sample(sent, noise)), receiver, listed),
    divergence: divergence(sent, freeNats),
  };
}
