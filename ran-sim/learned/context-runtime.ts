import type { Compressor, Projector, StateBatch } from "#core";
import { createGraph, type Graph, type OpenSession, type Session, toOnnx } from "#core/model";
import { cellListStart, ENTRIES, ENTRY_FEATURES } from "./cell-list-start.ts";
import { type ContextShape, contextSize, FEATURES, OUTPUTS } from "./context-shape.ts";
import { declareNetwork } from "./declare-network.ts";
import { FEW, held, inParts, MANY, once, padded } from "./row-parts.ts";
import { createSharedStep } from "./shared-step.ts";
import { learnedTransfer } from "./transfer.ts";

/** A trained model, ready to run for a number of phones at once. Weights are read and graphs made when first needed. */
export interface ContextRuntime {
  readonly shape: ContextShape;
  readonly stateSize: number;
  /** Returns the state in which nothing is known, [size]. */
  initial(): Promise<Float32Array>;
  /**
   * Returns the states after a report, and what they expect. `features` [ues, slots, FEATURES], `xn` [ues, slots, slots],
   * `states` [ues, size], for as many phones as the runtime was made for.
   */
  step(feeds: {
    readonly features: Float32Array;
    readonly xn: Float32Array;
    readonly states: Float32Array;
  }): Promise<{ readonly states: Float32Array; readonly expected: Float32Array }>;
  /** Returns what any number of states expect without a new report, [count, slots, OUTPUTS]. */
  expect(states: StateBatch, xn: Float32Array): Promise<Float32Array>;
  /**
   * Returns any number of states after `reports` [reports, count, slots, FEATURES], one after another, from the initial one;
   * a report in which nothing is present was never made and changes nothing.
   */
  replay(reports: Float32Array, count: number): Promise<Float32Array>;
  /**
   * Returns any number of states made of lists of cells: `entries` [count, ENTRIES, ENTRY_FEATURES], `ofSlots` [count,
   * ENTRIES, slots]. Null for a model that was not trained with any.
   */
  readonly startFrom:
    | ((entries: Float32Array, ofSlots: Float32Array, count: number) => Promise<Float32Array>)
    | null;
  /** Null for a model that sends no latent. */
  readonly steps: { readonly compressor: Compressor; readonly projector: Projector } | null;
}

/** What a model is, before its weights are read. */
export interface ContextModel {
  readonly modelId: string;
  readonly shape: ContextShape;
  /** Bytes of the latent it was trained to send; null for none. */
  readonly latentBytes: number | null;
  /** Whether it was trained to start from a list of cells. */
  readonly startsFromList?: boolean;
}

/** Declares a model's parameters on a graph, in the order of its weights, and returns its parts. */
export function declareContext(
  graph: Graph,
  { shape, latentBytes, startsFromList = false }: Omit<ContextModel, "modelId">,
) {
  const network = declareNetwork(graph, "network", shape);
  const transfer = latentBytes === null ? null : learnedTransfer(graph, "transfer", network, latentBytes);
  const start = startsFromList ? cellListStart(graph, "list", network) : null;
  return { network, transfer, start };
}

/** Returns the runtime of a model for `ueCount` phones. `readWeights` returns its parameters [parameterCount]. */
export function createContextRuntime(
  model: ContextModel,
  ueCount: number,
  { readWeights, open }: { readonly readWeights: () => Promise<Float32Array>; readonly open: OpenSession },
): ContextRuntime {
  const { modelId, shape, latentBytes } = model;
  const { slots } = shape;
  const size = contextSize(shape);
  const weights = once(readWeights);
  /** A graph of some parts of the model, opened when it is first run. */
  const session = (
    build: (graph: Graph, parts: ReturnType<typeof declareContext>) => void,
  ): (() => Promise<Session>) =>
    once(async () => {
      const graph = createGraph();
      build(graph, declareContext(graph, model));
      return open(toOnnx(graph, await weights()));
    });
  const openStep = (rows: number): (() => Promise<Session>) =>
    session((graph, { network }) => {
      const [messages] = network.read(graph.input("features", [1, rows, slots, FEATURES]));
      const next = network.step(messages, graph.input("states", [rows, size]));
      graph.output("next", next);
      graph.output("expected", network.expect(next, graph.input("xn", [rows, slots, slots])));
    });
  const stepSession = openStep(ueCount);
  /** Worlds of one phone, as recorded journeys are, run side by side and share the runs of the model. */
  const sharedStep =
    ueCount > 1
      ? null
      : createSharedStep(
          {
            inputs: { features: slots * FEATURES, xn: slots * slots, states: size },
            outputs: { next: size, expected: slots * OUTPUTS },
          },
          (rows) => openStep(rows)(),
        );
  /** The same graph for a few phones and for many, each made when first needed. */
  const sized = (
    build: (graph: Graph, parts: ReturnType<typeof declareContext>, rows: number) => void,
  ): ((rows: number) => Promise<Session>) => {
    const [few, many] = [FEW, MANY].map((rows) => session((graph, parts) => build(graph, parts, rows)));
    return (rows) => (rows === FEW ? few() : many());
  };
  const expectSession = sized((graph, { network }, rows) => {
    const states = graph.input("states", [rows, size]);
    graph.output("expected", network.expect(states, graph.input("xn", [rows, slots, slots])));
  });
  const initialSession = session((graph, { network }) => graph.output("initial", network.initial));
  const replaySession = sized((graph, { network }, rows) => {
    const [messages] = network.read(graph.input("features", [1, rows, slots, FEATURES]));
    graph.output("next", network.step(messages, graph.input("states", [rows, size])));
  });
  const compressSession = sized((graph, { transfer }, rows) => {
    if (transfer !== null) graph.output("latents", transfer.encode(graph.input("states", [rows, size])).mean);
  });
  const projectSession = sized((graph, { transfer }, rows) => {
    const latents = graph.input("latents", [rows, latentBytes ?? 0]);
    const receiver = graph.input("receiver", [rows, size]);
    // Which of them are known the memory takes from the candidate list.
    const listed = graph.constant(new Float32Array(rows * slots).fill(1), [rows, slots]);
    if (transfer !== null) graph.output("states", transfer.project(latents, receiver, listed));
  });
  const startSession = sized((graph, { start }, rows) => {
    const entries = graph.input("entries", [rows, ENTRIES, ENTRY_FEATURES]);
    const ofSlots = graph.input("ofSlots", [rows, ENTRIES, slots]);
    const listed = graph.constant(new Float32Array(rows * slots).fill(1), [rows, slots]);
    if (start !== null) graph.output("states", start({ entries, ofSlots, listed }));
  });
  const initial = once(async () => {
    const results = await (await initialSession()).run({});
    return results.initial as Float32Array;
  });
  return {
    shape,
    stateSize: size,
    initial,
    async step({ features, xn, states }) {
      if (sharedStep !== null) {
        const { next, expected } = await sharedStep({ features, xn, states });
        return { states: next, expected };
      }
      const { next, expected } = await (await stepSession()).run({ features, xn, states });
      return { states: next as Float32Array, expected: expected as Float32Array };
    },
    async expect(states, xn) {
      return inParts(states.count, slots * OUTPUTS, async (part) => {
        const results = await (await expectSession(part.rows)).run({
          states: padded(states.values, part, size),
          xn: padded(xn, part, slots * slots),
        });
        return results.expected as Float32Array;
      });
    },
    async replay(reports, count) {
      const start = await initial();
      const width = slots * FEATURES;
      return inParts(count, size, async (part) => {
        const { rows } = part;
        const opened = await replaySession(rows);
        let states: Float32Array = new Float32Array(rows * size);
        for (let row = 0; row < rows; row++) states.set(start, row * size);
        for (let at = 0; at < reports.length; at += count * width) {
          const report = reports.subarray(at, at + count * width);
          const features = padded(report, part, width);
          const results = await opened.run({ features, states });
          const next = Float32Array.from(results.next as Float32Array);
          for (let row = 0; row < rows; row++) {
            if (features.subarray(row * width, (row + 1) * width).some((value) => value !== 0)) continue;
            next.set(states.subarray(row * size, (row + 1) * size), row * size);
          }
          states = next;
        }
        return states;
      });
    },
    startFrom:
      model.startsFromList !== true
        ? null
        : (entries, ofSlots, count) =>
            inParts(count, size, async (part) => {
              const results = await (await startSession(part.rows)).run({
                entries: padded(entries, part, ENTRIES * ENTRY_FEATURES),
                ofSlots: padded(ofSlots, part, ENTRIES * slots),
              });
              return results.states as Float32Array;
            }),
    steps:
      latentBytes === null
        ? null
        : { compressor: compressor(latentBytes), projector: projector(latentBytes) },
  };

  function compressor(latentSize: number): Compressor {
    return {
      modelId,
      label: `beta-VAE, ${latentSize} of ${size} values`,
      stateSize: size,
      latentSize,
      async compress(states) {
        const values = await inParts(states.count, latentSize, async (part) => {
          const opened = await compressSession(part.rows);
          const results = await opened.run({ states: padded(states.values, part, size) });
          return results.latents as Float32Array;
        });
        return { modelId, count: states.count, size: latentSize, values };
      },
    };
  }

  function projector(latentSize: number): Projector {
    return {
      modelId,
      label: "gated network",
      latentSize,
      stateSize: size,
      async project(latents, receiver) {
        const values = await inParts(latents.count, size, async (part) => {
          const results = await (await projectSession(part.rows)).run({
            latents: held(padded(latents.values, part, latentSize)),
            receiver: padded(receiver.values, part, size),
          });
          return results.states as Float32Array;
        });
        return { count: latents.count, size, values };
      },
    };
  }
}
