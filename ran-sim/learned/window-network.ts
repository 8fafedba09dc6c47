import {
  add,
  attend,
  concat,
  type Graph,
  gatedMlp,
  layerNorm,
  linear,
  mergeHeads,
  multiply,
  reshape,
  scale,
  shift,
  slice,
  splitHeads,
  subtract,
  type Tensor,
  unstack,
} from "#core/model";
import { type ContextNetwork, firstGuess } from "./context-network.ts";
import { type ContextShape, contextSize, FEATURES, feature, LAST_VALUES, OUTPUTS } from "./context-shape.ts";

/**
 * The other model of a phone: no recurrent state, but a transformer over the last reports (Vaswani et al. 2017, arXiv
 * 1706.03762). Its state is the window itself: a slot holds `[features of each report, oldest first, last RSRP, last SINR,
 * known]`, and the phone nothing.
 *
 * Two blocks, each attention and a gated layer with residuals, norm first. The first is along time, a cell's newest report
 * over its own window, older reports by a learned bias of their age: what a one-block causal transformer says at its last
 * place, where no other place is asked for. The second is among the cells. Weights are shared by all cells.
 */

/** Far enough below any score for a report that was never made to get no weight. */
const UNSEEN = -1e4;
const HEADS = 2;
/** A gated layer's inner width, times that of the tokens. */
const INNER = 2;

/** Returns the shape of a model with a window of `reports`, tokens of `width`. */
export function windowShape(slots: number, reports: number, width: number): ContextShape {
  return { slots, slotWidth: reports * FEATURES, ueWidth: 0, messageWidth: width, windowReports: reports };
}

export function windowNetwork(graph: Graph, name: string, shape: ContextShape): ContextNetwork<Tensor> {
  const { slots, slotWidth, messageWidth: width } = shape;
  const reports = slotWidth / FEATURES;
  const slotSize = slotWidth + LAST_VALUES;
  const size = contextSize(shape);
  const embed = linear(graph, `${name}.embed`, FEATURES, width);
  const age = graph.parameter(`${name}.age`, [1, HEADS, 1, reports], { constant: 0 });
  const sameSite = graph.parameter(`${name}.same-site`, [1, HEADS, 1, 1], { constant: 0 });
  const alongTime = block(graph, `${name}.time`, width);
  const amongCells = block(graph, `${name}.cells`, width);
  const settled = layerNorm(graph, `${name}.expect.norm`, width);
  const said = linear(graph, `${name}.expect.out`, width + LAST_VALUES, OUTPUTS);

  return {
    shape,
    initial: graph.constant(new Float32Array(size), [1, size]),
    read: (features) => unstack(features, 0),
    step(report, state) {
      const batch = state.shape[0];
      const cells = reshape(state, [batch, slots, slotSize]);
      const place = (at: number): Tensor => slice(report, 2, at, at + 1);
      const measured = concat([place(feature.rsrp), place(feature.sinr), place(feature.present)], 2);
      const last = slice(cells, 2, slotWidth, slotSize);
      const kept = add(last, multiply(place(feature.present), subtract(measured, last)));
      const window = concat([slice(cells, 2, FEATURES, slotWidth), report, kept], 2);
      return reshape(window, [batch, size]);
    },
    bound: (state) => state,
    expect(state, xn) {
      const batch = state.shape[0];
      const cells = reshape(state, [batch, slots, slotSize]);
      const last = slice(cells, 2, slotWidth, slotSize);
      const window = reshape(slice(cells, 2, 0, slotWidth), [batch * slots, reports, FEATURES]);
      const tokens = embed(window);
      const present = reshape(slice(window, 2, feature.present, feature.present + 1), [
        batch * slots,
        1,
        1,
        reports,
      ]);
      const newest = slice(tokens, 1, reports - 1, reports);
      const ofCells = alongTime(newest, tokens, add(unseen(present), age));
      const known = reshape(slice(last, 2, LAST_VALUES - 1, LAST_VALUES), [batch, 1, 1, slots]);
      const edges = reshape(xn, [batch, 1, slots, slots]);
      const joined = add(unseen(known), multiply(edges, sameSite));
      const rows = reshape(ofCells, [batch, slots, width]);
      const heard = amongCells(rows, rows, joined);
      const out = said(concat([settled(heard), last], 2));
      const rsrp = slice(last, 2, 0, 1);
      const sinr = slice(last, 2, 1, 2);
      return add(out, firstGuess(rsrp, sinr));
    },
  };
}

/** Returns a block: tokens [batch, q, width] attend to [batch, k, width], `mask` [batch or 1, heads or 1, q or 1, k]. */
function block(
  graph: Graph,
  name: string,
  width: number,
): (queries: Tensor, keys: Tensor, mask: Tensor) => Tensor {
  const before = layerNorm(graph, `${name}.attend.norm`, width);
  const [query, key, value] = ["query", "key", "value"].map((part) =>
    linear(graph, `${name}.${part}`, width, width, { bias: false }),
  );
  const mixed = linear(graph, `${name}.mixed`, width, width);
  const between = layerNorm(graph, `${name}.gated.norm`, width);
  const gated = gatedMlp(graph, `${name}.gated`, width, INNER * width, width);
  return (queries, keys, mask) => {
    const [from, to] = [before(queries), before(keys)];
    const heads = (x: Tensor): Tensor => splitHeads(x, HEADS);
    const heard = mergeHeads(attend(heads(query(from)), heads(key(to)), heads(value(to)), mask));
    const next = add(queries, mixed(heard));
    return add(next, gated(between(next)));
  };
}

/** Returns what is added to the scores of what was never measured: `present` is 1 or 0. */
function unseen(present: Tensor): Tensor {
  return scale(shift(scale(present, -1), 1), UNSEEN);
}
