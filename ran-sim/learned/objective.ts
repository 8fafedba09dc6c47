import {
  add,
  concat,
  divide,
  exp,
  expand,
  frozen,
  type Graph,
  log,
  logSoftmax,
  maximum,
  minimum,
  multiply,
  type Objective,
  quantizeInt8,
  reshape,
  scalar,
  scale,
  shift,
  slice,
  softplus,
  square,
  subtract,
  sum,
  type Tensor,
} from "#core/model";
import { declareAcross } from "./across-vendors.ts";
import { cellListStart, ENTRIES, ENTRY_FEATURES } from "./cell-list-start.ts";
import type { ContextNetwork } from "./context-network.ts";
import { declareContext } from "./context-runtime.ts";
import { type ContextShape, FEATURES, OUTAGE_WITHIN_MS, OUTPUTS, output } from "./context-shape.ts";
import { declareNetwork } from "./declare-network.ts";
import { predictedEntries } from "./trajectory.ts";
import { learnedTransfer, sendInTraining } from "./transfer.ts";

/** What crosses the boundary while an arm's weights are trained. */
export type Carried =
  | { readonly what: "nothing" }
  | { readonly what: "state" }
  | { readonly what: "history" | "trajectory" }
  /** A latent of another vendor's model; the models of sender and receiver are as they are. */
  | {
      readonly what: "across";
      readonly bytes: number;
      readonly sender: FinishedModel;
      readonly receiver: FinishedModel;
    }
  | { readonly what: "latent"; readonly bytes: number; readonly beta: number }
  | { readonly what: "reports"; readonly count: number; readonly stride: number };

/** A model of latents that is trained no further. */
interface FinishedModel {
  readonly shape: ContextShape;
  readonly parameters: Float32Array;
}

/** The shape of a batch of episodes; see episodes.ts. */
export interface EpisodeShape {
  readonly batch: number;
  /** Reports at the source, the last being that of the request. */
  readonly before: number;
  /** Reports at the target. */
  readonly after: number;
  /** Every so many reports at the source, counted back from the request, are judged too. */
  readonly judgeEvery: number;
}

/** Returns the indices of the reports at the source that are judged, ascending. */
export function judgedBefore({ before, judgeEvery }: EpisodeShape): readonly number[] {
  return Array.from({ length: before }, (_, i) => i).filter((i) => (before - 1 - i) % judgeEvery === 0);
}

/** Returns how many instants of an episode are judged: some at the source, the completion, each report after it. */
export function judgedInstants(shape: EpisodeShape): number {
  return judgedBefore(shape).length + 1 + shape.after;
}

/** How much a target counts: for a cell of the list at all, and what is said of its outages. */
export const VALID = 2;
export const valid = { cell: 0, outage: 1 } as const;

/** An episode run through a model: what it expects at each judged instant, [instants x batch, slots, OUTPUTS]. */
interface EpisodeRun {
  readonly expected: Tensor;
  readonly network: ContextNetwork;
  /** Of what was sent; null where nothing learned is. */
  readonly divergence: Tensor | null;
}

/** Nats that each value of a latent may carry for nothing. */
const FREE_NATS = 0.02;

/**
 * Returns a run of reports at the source, the hand-off, and reports at the target.
 *
 * Inputs: `before` [before, batch, slots, FEATURES], `after` [after, batch, slots, FEATURES], `xn` [batch, slots, slots],
 * `listed` [batch, slots], 1 for a cell of the candidate list, and for a latent `noise` [batch, bytes], which is zero outside
 * training, and for a history `entries` and `ofSlots` (cell-list-start.ts).
 */
export function runEpisode(
  graph: Graph,
  shape: ContextShape,
  episode: EpisodeShape,
  carried: Carried,
): EpisodeRun {
  const { batch, before, after } = episode;
  const { slots } = shape;
  const { source, network } = sidesOf(graph, shape, carried);
  const messagesBefore = source.network.read(graph.input("before", [before, batch, slots, FEATURES]));
  const messagesAfter = network.read(graph.input("after", [after, batch, slots, FEATURES]));
  const xn = graph.input("xn", [batch, slots, slots]);
  const listed = graph.input("listed", [batch, slots]);
  const startOf = ({ initial }: ContextNetwork): Tensor => expand(initial, [batch, initial.shape[1]]);
  const start = startOf(network);
  const judgedAt = judgedBefore(episode);
  const atSource: Tensor[] = [];
  let state = startOf(source.network);
  for (const [i, messages] of messagesBefore.entries()) {
    state = source.network.step(messages, state);
    if (judgedAt.includes(i)) atSource.push(state);
  }
  let divergence: Tensor | null = null;
  switch (carried.what) {
    case "nothing":
      state = start;
      break;
    case "state":
      break;
    case "latent": {
      const transfer = learnedTransfer(graph, "transfer", network, carried.bytes);
      const noise = graph.input("noise", [batch, carried.bytes]);
      const sent = sendInTraining(transfer, { states: state, receiver: start, listed, noise }, FREE_NATS);
      state = sent.states;
      divergence = scale(sent.divergence, carried.beta);
      break;
    }
    case "across": {
      if (source.transfer === null) throw new RangeError("a sender of latents has an encoder");
      const latent = quantizeInt8(source.transfer.encode(state).mean);
      state = declareAcross(graph, { shape, latentBytes: carried.bytes })(latent, start, listed);
      break;
    }
    case "history": {
      const entries = graph.input("entries", [batch, ENTRIES, ENTRY_FEATURES]);
      const ofSlots = graph.input("ofSlots", [batch, ENTRIES, slots]);
      state = cellListStart(graph, "list", network)({ entries, ofSlots, listed });
      break;
    }
    case "trajectory": {
      const predicted = predictedEntries(network.expect(state, xn), listed);
      state = cellListStart(graph, "list", network)({ ...predicted, listed });
      break;
    }
    case "reports": {
      state = start;
      const from = before - 1 - (carried.count - 1) * carried.stride;
      for (let i = from; i < before; i += carried.stride) state = network.step(messagesBefore[i], state);
      break;
    }
  }
  const atTarget = [state];
  for (const messages of messagesAfter) {
    state = network.step(messages, state);
    atTarget.push(state);
  }
  const expectEach = (of: ContextNetwork, states: readonly Tensor[]): Tensor =>
    of.expect(concat(states, 0), concat(new Array<Tensor>(states.length).fill(xn), 0));
  const expected =
    source.network === network
      ? expectEach(network, [...atSource, ...atTarget])
      : concat([expectEach(source.network, atSource), expectEach(network, atTarget)], 0);
  return { network, divergence, expected };
}

/** Returns the model of the source and the network of the target: one and the same, but between vendors. */
function sidesOf(
  graph: Graph,
  shape: ContextShape,
  carried: Carried,
): {
  readonly source: Pick<ReturnType<typeof declareContext>, "network" | "transfer">;
  readonly network: ContextNetwork;
} {
  if (carried.what !== "across") {
    const network = declareNetwork(graph, "network", shape);
    return { source: { network, transfer: null }, network };
  }
  const { sender, receiver, bytes } = carried;
  const ofSender = { shape: sender.shape, latentBytes: bytes };
  return {
    source: declareContext(frozen(graph, sender.parameters), ofSender),
    network: declareNetwork(frozen(graph, receiver.parameters), "network", receiver.shape),
  };
}

/**
 * Returns the definition of an arm's training: the errors of what an episode's model expects at each judged instant.
 *
 * Inputs: those of `runEpisode`, `targets` [instants, batch, slots, OUTPUTS] (the last holds 1 for a right cell) and
 * `valid` [instants, batch, slots, VALID].
 */
export function episodeObjective(
  shape: ContextShape,
  episode: EpisodeShape,
  carried: Carried,
): (graph: Graph) => Objective {
  return (graph) => {
    const { expected, divergence } = runEpisode(graph, shape, episode, carried);
    const instants = judgedInstants(episode);
    const input = (name: string, width: number): Tensor =>
      reshape(graph.input(name, [instants, episode.batch, shape.slots, width]), [
        instants * episode.batch,
        shape.slots,
        width,
      ]);
    const errors = judge(expected, input("targets", OUTPUTS), input("valid", VALID));
    const loss = divergence === null ? errors.loss : add(errors.loss, divergence);
    return { loss, watched: { ...errors, ...(divergence === null ? {} : { divergence }) } };
  };
}

/** How much the errors of all probabilities count together, beside the squared errors of the two means. */
const PROBABILITIES = 1;

/** Squared errors of means, cross-entropies of probabilities, and the choice of a right cell. */
function judge(
  expected: Tensor,
  targets: Tensor,
  counts: Tensor,
): Record<"loss" | "sinrError" | "outageNats" | "choiceNats", Tensor> {
  const of = (x: Tensor, column: number, width = 1): Tensor => slice(x, 2, column, column + width);
  const meanWhere = (x: Tensor, where: Tensor): Tensor =>
    divide(sum(multiply(x, where)), maximum(sum(where), scalar(where, 1)));
  const inList = of(counts, valid.cell);
  const squared = (column: number): Tensor =>
    meanWhere(square(subtract(of(expected, column), of(targets, column))), inList);
  /** Summed over columns, in nats. */
  const crossEntropy = (column: number, width: number, where: Tensor): Tensor => {
    const logits = of(expected, column, width);
    return meanWhere(
      sum(subtract(softplus(logits), multiply(logits, of(targets, column, width))), [2], true),
      where,
    );
  };
  const [rows, slots] = expected.shape;
  const flat = (x: Tensor): Tensor => reshape(x, [rows, slots]);
  const unseen = scale(shift(scale(inList, -1), 1), -1e4);
  const probabilities = exp(logSoftmax(flat(add(of(expected, output.right), unseen))));
  const right = flat(of(targets, output.right));
  const anyRight = minimum(sum(right, [1], true), scalar(right, 1));
  const chance = shift(sum(multiply(probabilities, right), [1], true), 1e-6);
  const choiceNats = meanWhere(scale(log(chance), -1), anyRight);
  const sinrError = squared(output.sinrMean);
  const outageNats = crossEntropy(output.outage, OUTAGE_WITHIN_MS.length, of(counts, valid.outage));
  const loss = [
    squared(output.rsrpMean),
    sinrError,
    scale(outageNats, PROBABILITIES),
    scale(crossEntropy(output.delivered, 1, inList), PROBABILITIES),
    scale(crossEntropy(output.reached, 1, inList), PROBABILITIES),
    scale(choiceNats, 0.5),
  ].reduce(add);
  return { loss, sinrError, outageNats, choiceNats };
}
