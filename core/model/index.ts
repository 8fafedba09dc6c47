// Tensors and gradients as ONNX graphs: one definition for training and inference. Entry "#core/model".

// Values and graphs.
export {
  add,
  divide,
  expand,
  mean,
  multiply,
  negate,
  reshape,
  scalar,
  scale,
  shift,
  subtract,
  sum,
} from "./arithmetic.ts";
// Layers, and the variational bottleneck.
export { divergence, type Posterior, posterior, posteriorOf, sample } from "./beta-vae.ts";
export { cast, equal, greater, where } from "./choice.ts";
export { frozen } from "./frozen.ts";
export {
  exp,
  log,
  maximum,
  minimum,
  roundStraightThrough,
  sigmoid,
  silu,
  softplus,
  sqrt,
  square,
  stopGradient,
  tanh,
} from "./functions.ts";
// Training.
export { gradients } from "./gradient.ts";
export type { Tensor } from "./graph.ts";
export { createGraph, type Graph } from "./graph.ts";
export {
  attend,
  embedding,
  gatedMlp,
  gru,
  gruStep,
  type Layer,
  layerNorm,
  linear,
  mergeHeads,
  splitHeads,
} from "./layers.ts";
export { matmul, swapLast, transpose } from "./matrix.ts";
export type { NamedParameters } from "./named-parameters.ts";
export { parameterCount, toOnnx } from "./onnx-file.ts";
export { readParameters } from "./onnx-parameters.ts";
export { readSignature } from "./onnx-signature.ts";
export { defaultOptimizer, type OptimizerSettings } from "./optimizer.ts";
export { concat, gatherRows, oneHot, slice, split, stack, unstack } from "./parts.ts";
export { quantizeInt8 } from "./quantize.ts";
export { type Rotation, rotate, rotation } from "./rotary.ts";
export type { Feeds, OpenSession, Session } from "./session.ts";
export { elementCount, type Shape } from "./shape.ts";
export { logSoftmax, softmax } from "./softmax.ts";
export { type Checkpoint, type TrainingStage, trainStages } from "./staged-training.ts";
export { createSymbolicGraph, type SymbolicGraph } from "./symbolic-graph.ts";
export { DivergedError, startTraining, type TrainingRecord, type TrainingState, train } from "./train.ts";
export { initialParameters, type Objective, type TrainingGraph, trainingGraph } from "./training-graph.ts";
export { formatTrainingRecord, parseTrainingLog } from "./training-log.ts";
