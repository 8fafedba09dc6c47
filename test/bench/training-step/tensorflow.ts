import {
  type Engine,
  SETTINGS,
  SHAPES,
  SIZE,
  schedule,
  startParameters,
  targets,
  timeSteps,
} from "./task.ts";

/**
 * Returns the step in TensorFlow.js on `backend`; `tf` is the module `@tensorflow/tfjs`, which is not among the
 * project's packages and therefore has no types here.
 */
// biome-ignore lint/suspicious/noExplicitAny: the package may be absent, and its types with it
export async function tensorflowEngine(tf: any, backend: "cpu" | "wasm"): Promise<Engine> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  type Tensor = any;
  await tf.setBackend(backend);
  const { batch, width, inputs, outputs } = SIZE;
  const { weightDecay, clipNorm, beta1, beta2 } = SETTINGS;

  const cell = (x: Tensor, h: Tensor, p: Tensor[]): Tensor => {
    const fromX = tf.split(tf.add(tf.matMul(x, p[0]), p[1]), 3, 1);
    const fromH = tf.split(tf.add(tf.matMul(h, p[2]), p[3]), 3, 1);
    const update = tf.sigmoid(tf.add(fromX[0], fromH[0]));
    const reset = tf.sigmoid(tf.add(fromX[1], fromH[1]));
    const candidate = tf.tanh(tf.add(fromX[2], tf.mul(reset, fromH[2])));
    return tf.add(candidate, tf.mul(update, tf.sub(h, candidate)));
  };
  const xs = timeSteps.map((x) => tf.tensor2d(x, [batch, inputs]));
  const y = tf.tensor2d(targets, [batch, outputs]);
  const valueAndGradients = tf.valueAndGrads((...p: Tensor[]) => {
    let h = tf.zeros([batch, width]);
    for (const x of xs) h = cell(x, h, p);
    return tf.mean(tf.square(tf.sub(tf.add(tf.matMul(h, p[4]), p[5]), y)));
  });

  let p: Tensor[] = startParameters().map((values, i) => tf.tensor(values, SHAPES[i]));
  let first: Tensor[] = SHAPES.map((shape) => tf.zeros(shape));
  let second: Tensor[] = SHAPES.map((shape) => tf.zeros(shape));
  let step = 0;
  return {
    async step() {
      await tf.setBackend(backend);
      step++;
      const { rate, bias1, bias2 } = schedule(step);
      const old = [...p, ...first, ...second];
      const [loss, ...next] = tf.tidy(() => {
        const { value, grads } = valueAndGradients(p);
        const norm = tf.sqrt(tf.addN(grads.map((g: Tensor) => tf.sum(tf.square(g)))));
        const clip = tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-8)));
        const moved = p.map((parameter, i) => {
          const g = tf.mul(grads[i], clip);
          const m = tf.add(tf.mul(first[i], beta1), tf.mul(g, 1 - beta1));
          const v = tf.add(tf.mul(second[i], beta2), tf.mul(tf.square(g), 1 - beta2));
          const direction = tf.div(tf.mul(m, bias1), tf.add(tf.sqrt(tf.mul(v, bias2)), 1e-8));
          const decay = SHAPES[i].length > 1 ? weightDecay : 0;
          return [tf.sub(parameter, tf.mul(tf.add(direction, tf.mul(parameter, decay)), rate)), m, v];
        });
        return [value, moved.map(([a]) => a), moved.map(([, a]) => a), moved.map(([, , a]) => a)];
      });
      [p, first, second] = next;
      tf.dispose(old);
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
  };
}
