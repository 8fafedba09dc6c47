import {
  add,
  concat,
  divide,
  exp,
  expand,
  type Graph,
  log,
  logSoftmax,
  maximum,
  minimum,
  multiply,
  type Objective,
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
import { type ContextNetwork, contextNetwork } from "./context-network.ts";
import { type ContextShape, FEATURES, OUTAGE_WITHIN_MS, OUTPUTS, output } from "./context-shape.ts";
import { learnedTransfer, sendInTraining } from "./transfer.ts";

/** What crosses the boundary while an arm's weights are trained. */
export type Carried =
  | { readonly what: "nothing" }
  | { readonly what: "state" }
  | { readonly what: "latent"; readonly bytes: number; readonly beta: number }
  | { readonly what: "reports"; readonly count: number; readonly stride: number };

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
 * training.
 */
export function runEpisode(
  graph: Graph,
  shape: ContextShape,
  episode: EpisodeShape,
  carried: Carried,
): EpisodeRun {
  const { batch, before, after } = episode;
  const { slots } = shape;
  const network = contextNetwork(graph, "network", shape);
  const messagesBefore = network.read(graph.input("before", [before, batch, slots, FEATURES]));
  const messagesAfter = network.read(graph.input("after", [after, batch, slots, FEATURES]));
  const xn = graph.input("xn", [batch, slots, slots]);
  const listed = graph.input("listed", [batch, slots]);
  const start = expand(network.initial, [batch, network.initial.shape[1]]);
  const judgedAt = judgedBefore(episode);
  const judged: Tensor[] = [];
  let state = start;
  for (const [i, messages] of messagesBefore.entries()) {
    state = network.step(messages, state);
    if (judgedAt.includes(i)) judged.push(state);
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
    case "reports": {
      state = start;
      const from = before - 1 - (carried.count - 1) * carried.stride;
      for (let i = from; i < before; i += carried.stride) state = network.step(messagesBefore[i], state);
      break;
    }
  }
  judged.push(state);
  for (const messages of messagesAfter) {
    state = network.step(messages, state);
    judged.push(state);
  }
  const everyXn = concat(new Array<Tensor>(judgedInstants(episode)).fill(xn), 0);
  return { network, divergence, expected: network.expect(concat(judged, 0), everyXn) };
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
