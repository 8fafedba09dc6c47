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
 * Returns the step compiled by jax-js for WebAssembly; `jax` is the module `@jax-js/jax`, which is not among the project's
 * packages and therefore has no types here. Every use of an array but the last takes `.ref`: the library counts owners.
 */
// biome-ignore lint/suspicious/noExplicitAny: the package may be absent, and its types with it
export async function jaxEngine(jax: any): Promise<Engine> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  type Array_ = any;
  const { numpy: np, nn } = jax;
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  const { batch, width, inputs, outputs } = SIZE;
  const { weightDecay, clipNorm, beta1, beta2 } = SETTINGS;

  const cell = (x: Array_, h: Array_, p: Array_[]): Array_ => {
    const fromX = np.split(np.matmul(x, p[0].ref).add(p[1].ref), 3, 1);
    const fromH = np.split(np.matmul(h.ref, p[2].ref).add(p[3].ref), 3, 1);
    const update = nn.sigmoid(fromX[0].add(fromH[0]));
    const reset = nn.sigmoid(fromX[1].add(fromH[1]));
    const candidate = np.tanh(fromX[2].add(reset.mul(fromH[2])));
    return candidate.ref.add(update.mul(h.sub(candidate)));
  };
  const lossOf = (p: Array_[], xs: Array_[], y: Array_): Array_ => {
    let h = np.zeros([batch, width]);
    for (const x of xs) h = cell(x, h, p);
    const error = np.matmul(h, p[4].ref).add(p[5].ref).sub(y);
    for (const parameter of p) parameter.dispose();
    return np.mean(np.square(error));
  };
  const update = (
    p: Array_[],
    first: Array_[],
    second: Array_[],
    xs: Array_[],
    y: Array_,
    scales: Array_[],
  ): Array_[] => {
    const [loss, gradients] = jax.valueAndGrad(lossOf)(
      p.map((each) => each.ref),
      xs,
      y,
    );
    const [rate, bias1, bias2] = scales;
    const squares = gradients.map((g: Array_) => np.sum(np.square(g.ref)));
    const norm = np.sqrt(squares.reduce((a: Array_, b: Array_) => a.add(b)));
    const clip = np.minimum(1, np.divide(clipNorm, norm.add(1e-8)));
    const next = p.map((value, i) => {
      const g = gradients[i].mul(clip.ref);
      const m = first[i].mul(beta1).add(g.ref.mul(1 - beta1));
      const v = second[i].mul(beta2).add(np.square(g).mul(1 - beta2));
      const direction = m.ref.mul(bias1.ref).div(np.sqrt(v.ref.mul(bias2.ref)).add(1e-8));
      const decay = SHAPES[i].length > 1 ? weightDecay : 0;
      return [value.ref.sub(direction.add(value.mul(decay)).mul(rate.ref)), m, v];
    });
    for (const used of [rate, bias1, bias2, clip]) used.dispose();
    return [loss, next.map(([a]) => a), next.map(([, a]) => a), next.map(([, , a]) => a)];
  };
  const compiled = jax.jit(update);

  const array = (values: Float32Array, shape: readonly number[]): Array_ =>
    np.array(values).reshape([...shape]);
  let p = startParameters().map((values, i) => array(values, SHAPES[i]));
  let first = SHAPES.map((shape) => np.zeros([...shape]));
  let second = SHAPES.map((shape) => np.zeros([...shape]));
  const xs = timeSteps.map((x) => array(x, [batch, inputs]));
  const y = array(targets, [batch, outputs]);
  let step = 0;
  return {
    async step() {
      step++;
      const { rate, bias1, bias2 } = schedule(step);
      const scales = [rate, bias1, bias2].map((value) => np.array(value));
      const [loss, ...next] = compiled(
        p,
        first,
        second,
        xs.map((x) => x.ref),
        y.ref,
        scales,
      );
      [p, first, second] = next;
      await jax.blockUntilReady(p.map((each) => each.ref));
      return (await loss.data())[0];
    },
  };
}
