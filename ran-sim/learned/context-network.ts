import {
  add,
  attend,
  concat,
  divide,
  expand,
  type Graph,
  gruStep,
  linear,
  maximum,
  minimum,
  multiply,
  reshape,
  scalar,
  scale,
  shift,
  silu,
  slice,
  split,
  subtract,
  sum,
  type Tensor,
  tanh,
  unstack,
} from "#core/model";
import {
  type ContextShape,
  contextSize,
  FEATURES,
  feature,
  LAST_VALUES,
  OUTAGE_WITHIN_MS,
  OUTPUTS,
  stateLimits,
} from "./context-shape.ts";

/**
 * The network's model of a phone: a graph of one phone and its candidate cells, with a recurrent state on each.
 *
 * Nodes: the phone, and `slots` cells. Measurement edges join the phone to each cell and carry its report; Xn edges join
 * the cells to one another and say whether two share a site. At each report the phone gathers the messages of its
 * measurement edges and steps a gated recurrent unit; each cell steps one on its own message and the phone's state. What
 * is expected is read off after the cells have exchanged messages along the Xn edges. Weights are shared by all cells, so
 * the order of the slots means nothing and cells may be new.
 */
export interface ContextNetwork<Messages = unknown> {
  readonly shape: ContextShape;
  /** [1, size]: the state in which nothing is known; learned. */
  readonly initial: Tensor;
  /** Returns the messages of reports [times, batch, slots, FEATURES], one entry a time. */
  read(features: Tensor): readonly Messages[];
  /** Returns the states [batch, size] after one report. */
  step(messages: Messages, state: Tensor): Tensor;
  /**
   * Returns states held to the range in which steps can leave them, so that nothing that was sent can lead out of it.
   * Which cells are known is not taken from what was sent but from the candidate list: `listed` [batch, slots], 0 or 1.
   */
  bound(state: Tensor, listed: Tensor): Tensor;
  /** Returns what states [batch, size] expect, [batch, slots, OUTPUTS] (`output` of context-shape.ts); xn [batch, slots, slots]. */
  expect(state: Tensor, xn: Tensor): Tensor;
}

/**
 * Returns the first guess of what is expected, [..., OUTPUTS], of the last RSRP and SINR [..., 1]: that nothing changes. The
 * model says what will be different.
 */
export function firstGuess(rsrp: Tensor, sinr: Tensor): Tensor {
  const outages = OUTAGE_WITHIN_MS.map(() => scale(shift(sinr, 0.8), -3));
  const lives = scale(shift(sinr, 0.4), 4);
  return concat([rsrp, sinr, ...outages, lives, lives, scale(sinr, 4)], -1);
}

/**
 * Returns states [batch, size] held to the range in which steps can leave them, with the cells that are `listed` [batch, slots]
 * as the known ones.
 */
export function boundStates(graph: Graph, shape: ContextShape, state: Tensor, listed: Tensor): Tensor {
  const { slots, slotWidth } = shape;
  const [batch, size] = state.shape;
  const slotSize = slotWidth + LAST_VALUES;
  const limits = stateLimits(shape);
  const held = minimum(
    maximum(state, graph.constant(limits.low, [1, size])),
    graph.constant(limits.high, [1, size]),
  );
  const cells = reshape(slice(held, 1, 0, slots * slotSize), [batch, slots, slotSize]);
  const known = concat([slice(cells, 2, 0, slotSize - 1), reshape(listed, [batch, slots, 1])], 2);
  return concat([reshape(known, [batch, slots * slotSize]), slice(held, 1, slots * slotSize, size)], 1);
}

/** What a report says along its measurement edges; computed for all reports at once, since no state is needed. */
interface ReportMessages {
  /** [batch, 3 ueWidth] */
  readonly ueGates: Tensor;
  /** [batch, slots, 3 slotWidth] */
  readonly cellGates: Tensor;
  /** [batch, slots, LAST_VALUES]: RSRP and SINR, and whether they were measured. */
  readonly measured: Tensor;
}

/**
 * The share of a recurrent value that one report merely keeps at most. Without it states drift to where no training sequence
 * was, and expectations of phones that are long in a network are wrong.
 */
const KEPT = 0.96;

/** Far enough below any score for a cell that was never measured to get no weight. */
const UNSEEN = -1e4;

export function contextNetwork(
  graph: Graph,
  name: string,
  shape: ContextShape,
): ContextNetwork<ReportMessages> {
  const { slots, slotWidth, ueWidth, messageWidth } = shape;
  const size = contextSize(shape);
  const slotSize = slotWidth + LAST_VALUES;
  const message = linear(graph, `${name}.message`, FEATURES, messageWidth);
  const ueGates = linear(graph, `${name}.ue.input`, 2 * messageWidth, 3 * ueWidth);
  const ueStep = gruStep(graph, `${name}.ue`, ueWidth, { keepAtMost: KEPT });
  const cellGates = linear(graph, `${name}.cell.input`, messageWidth, 3 * slotWidth);
  const fromUe = linear(graph, `${name}.cell.ue`, ueWidth, 3 * slotWidth, { bias: false });
  const cellStep = gruStep(graph, `${name}.cell`, slotWidth, { keepAtMost: KEPT });
  const hiddenWidth = 2 * messageWidth;
  const hiddenOfCell = linear(graph, `${name}.expect.cell`, slotSize, hiddenWidth);
  const hiddenOfUe = linear(graph, `${name}.expect.ue`, ueWidth, hiddenWidth, { bias: false });
  const asked = linear(graph, `${name}.xn.asked`, hiddenWidth, 3 * messageWidth, { bias: false });
  const sameSite = graph.parameter(`${name}.xn.same-site`, [1], { constant: 0 });
  const mixed = linear(graph, `${name}.expect.mixed`, hiddenWidth + messageWidth, hiddenWidth);
  const said = linear(graph, `${name}.expect.out`, hiddenWidth, OUTPUTS);
  const start = graph.parameter(`${name}.initial`, [1, slotWidth + ueWidth], { constant: 0 });

  return {
    shape,
    initial: initialState(),
    read(features) {
      const take = (place: number): Tensor => slice(features, 3, place, place + 1);
      const present = take(feature.present);
      const messages = multiply(silu(message(features)), present);
      const heard = maximum(sum(present, [2]), scalar(present, 1));
      const average = divide(sum(messages, [2]), heard);
      // The strongest cells are few among many; a sum of squares keeps them apart from the average.
      const spread = divide(sum(multiply(messages, messages), [2]), heard);
      const gates = unstack(ueGates(concat([average, spread], 2)), 0);
      const cells = unstack(cellGates(messages), 0);
      const level = take(feature.rsrp);
      const measured = unstack(concat([level, take(feature.sinr), present], 3), 0);
      return gates.map((ofUe, i) => ({ ueGates: ofUe, cellGates: cells[i], measured: measured[i] }));
    },
    step({ ueGates: ofUe, cellGates: ofCells, measured }, state) {
      const batch = state.shape[0];
      const { cells, ue } = parts(state);
      const nextUe = ueStep(ofUe, ue);
      const gates = add(ofCells, reshape(fromUe(nextUe), [batch, 1, 3 * slotWidth]));
      const next = concat([cellStep(gates, slice(cells, 2, 0, slotWidth)), measured], 2);
      const present = slice(measured, 2, LAST_VALUES - 1, LAST_VALUES);
      const kept = add(cells, multiply(present, subtract(next, cells)));
      return concat([reshape(kept, [batch, slots * slotSize]), nextUe], 1);
    },
    bound: (state, listed) => boundStates(graph, shape, state, listed),
    expect(state, xn) {
      const batch = state.shape[0];
      const { cells, ue } = parts(state);
      const hidden = silu(add(hiddenOfCell(cells), reshape(hiddenOfUe(ue), [batch, 1, hiddenWidth])));
      const known = reshape(slice(cells, 2, slotSize - 1, slotSize), [batch, 1, slots]);
      const edges = add(scale(shift(scale(known, -1), 1), UNSEEN), multiply(xn, sameSite));
      const [query, key, value] = split(asked(hidden), 2, [messageWidth, messageWidth, messageWidth]);
      const heard = attend(query, key, value, edges);
      const out = said(silu(mixed(concat([hidden, heard], 2))));
      const rsrp = slice(cells, 2, slotWidth, slotWidth + 1);
      const sinr = slice(cells, 2, slotWidth + 1, slotWidth + 2);
      return add(out, firstGuess(rsrp, sinr));
    },
  };

  function parts(state: Tensor): { readonly cells: Tensor; readonly ue: Tensor } {
    const batch = state.shape[0];
    return {
      cells: reshape(slice(state, 1, 0, slots * slotSize), [batch, slots, slotSize]),
      ue: slice(state, 1, slots * slotSize, size),
    };
  }

  /** Every cell starts alike: the learned recurrent values, and nothing known. */
  function initialState(): Tensor {
    const nothing = graph.constant(new Float32Array(LAST_VALUES), [1, LAST_VALUES]);
    const recurrent = tanh(start);
    const cell = concat([slice(recurrent, 1, 0, slotWidth), nothing], 1);
    const cells = reshape(expand(cell, [slots, slotSize]), [1, slots * slotSize]);
    return concat([cells, slice(recurrent, 1, slotWidth, slotWidth + ueWidth)], 1);
  }
}
