import {
  expand,
  type Graph,
  gru,
  linear,
  mean,
  square,
  startTraining,
  subtract,
  type Tensor,
  train,
  trainingGraph,
} from "#core/model";
import { openOnnxSession } from "#core/node";
import { type Engine, SETTINGS, SIZE, targets, timeSteps } from "./task.ts";

/** Returns the step as an ONNX graph run by onnxruntime-node, on one thread. */
export async function onnxEngine(): Promise<Engine> {
  const { batch, width, inputs, outputs } = SIZE;
  const define = (graph: Graph) => {
    const cell = gru(graph, "gru", inputs, width);
    const head = linear(graph, "head", width, outputs);
    let state: Tensor = expand(graph.constant([0], []), [batch, width]);
    for (const t of timeSteps.keys()) state = cell(graph.input(`x${t}`, [batch, inputs]), state);
    return { loss: mean(square(subtract(head(state), graph.input("y", [batch, outputs])))), watched: {} };
  };
  const graph = trainingGraph(define, SETTINGS);
  const session = await openOnnxSession(graph.onnx);
  const feeds = { ...Object.fromEntries(timeSteps.map((x, t) => [`x${t}`, x])), y: targets };
  let state = startTraining(graph, 1);
  let loss = Number.NaN;
  return {
    async step() {
      state = await train({
        session,
        graph,
        state,
        untilStep: state.step + 1,
        batch: () => feeds,
        onStep: ({ values }) => {
          loss = values.loss;
          return undefined;
        },
      });
      return loss;
    },
  };
}
