import type { Session } from "#core/model";

/** Steps of a model that several small worlds ask for at once, in one run of it: a run costs as much as twenty phones. */

/**
 * Rows of the graphs, each made when first needed: at most half of a batch's rows are padding. From two on, a row has the same bits
 * in a graph of any size; a single one has a kernel of its own in onnxruntime, which adds up in another order.
 */
const SIZES = [2, 4, 8, 16, 24, 32, 48, 64, 96, 128] as const;

/** A value of each row, by name: how many numbers it is. */
type Widths<Name extends string> = Readonly<Record<Name, number>>;
type Rows<Name extends string> = Readonly<Record<Name, Float32Array>>;

/** What a step takes of one phone, and gives back. */
interface Asked<In extends string, Out extends string> {
  readonly feeds: Rows<In>;
  resolve(results: Rows<Out>): void;
  reject(error: unknown): void;
}

/**
 * Returns the step of one phone. Those asked for before the event loop turns, or while another run is under way, run together;
 * each gets the row that it would have got alone. `open` returns the graph for so many rows; a failure of it, or of a run,
 * reaches all that wait for it.
 */
export function createSharedStep<In extends string, Out extends string>(
  widths: { readonly inputs: Widths<In>; readonly outputs: Widths<Out> },
  open: (rows: number) => Promise<Session>,
): (feeds: Rows<In>) => Promise<Rows<Out>> {
  const inputs = Object.entries(widths.inputs) as [In, number][];
  const outputs = Object.entries(widths.outputs) as [Out, number][];
  const graphs = new Map<number, Promise<{ readonly session: Session; readonly padded: Rows<In> }>>();
  let waiting: Asked<In, Out>[] = [];
  let underWay = false;

  const graphOf = (rows: number) => {
    let graph = graphs.get(rows);
    if (graph === undefined) {
      // The arrays that are fed are made once for each size; rows beyond the batch hold what was there before, which nobody reads.
      const padded = Object.fromEntries(
        inputs.map(([name, width]) => [name, new Float32Array(rows * width)]),
      ) as Record<In, Float32Array>;
      graph = open(rows).then((session) => ({ session, padded }));
      graphs.set(rows, graph);
      graph.catch(() => graphs.delete(rows));
    }
    return graph;
  };

  const runBatch = async (batch: readonly Asked<In, Out>[]): Promise<void> => {
    const rows = SIZES.find((size) => size >= batch.length) ?? batch.length;
    try {
      const { session, padded } = await graphOf(rows);
      for (const [name, width] of inputs) {
        for (let row = 0; row < batch.length; row++) padded[name].set(batch[row].feeds[name], row * width);
      }
      const results = (await session.run(padded)) as Rows<Out>;
      for (let row = 0; row < batch.length; row++) batch[row].resolve(rowOf(results, row));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const rowOf = (results: Rows<Out>, row: number): Rows<Out> => {
    const own = {} as Record<Out, Float32Array>;
    for (const [name, width] of outputs) own[name] = results[name].subarray(row * width, (row + 1) * width);
    return own;
  };

  const runWaiting = async (): Promise<void> => {
    const most = SIZES[SIZES.length - 1];
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += most) await runBatch(all.slice(from, from + most));
    underWay = false;
    if (waiting.length > 0) start();
  };

  /** Whoever got an answer asks for the next step before the event loop turns again, and runs with those that waited. */
  const start = (): void => {
    underWay = true;
    setImmediate(runWaiting);
  };

  return (feeds) =>
    new Promise((resolve, reject) => {
      waiting.push({ feeds, resolve, reject });
      if (!underWay) start();
    });
}
