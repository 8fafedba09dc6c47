// The forward pass of a Llama decoder, written down plainly, to hold the graph to.
import type { LlamaShape, LlamaWeights } from "../../agent-sim/language-model/external/llama-weights.ts";
import { createStream } from "../../core/index.ts";

/** Small random weights of a shape. */
export function randomLlama(shape: LlamaShape, seed: number): LlamaWeights {
  const { layers, heads, kvHeads, headSize, width, hidden, vocabulary } = shape;
  const random = createStream(seed, "random llama");
  let tensor = 0;
  const normal = (size: number, scale: number, mean = 0): Float32Array => {
    tensor++;
    return Float32Array.from({ length: size }, (_, i) => mean + scale * random.normal(tensor, i));
  };
  const matrix = (out: number, size: number): Float32Array => normal(out * size, 1 / Math.sqrt(size));
  const embeddings = normal(vocabulary * width, 1);
  return {
    shape,
    embeddings,
    layers: Array.from({ length: layers }, () => ({
      attentionNorm: normal(width, 0.1, 1),
      query: matrix(heads * headSize, width),
      key: matrix(kvHeads * headSize, width),
      value: matrix(kvHeads * headSize, width),
      output: matrix(width, heads * headSize),
      mlpNorm: normal(width, 0.1, 1),
      gate: matrix(hidden, width),
      down: matrix(width, hidden),
      up: matrix(hidden, width),
    })),
    finalNorm: normal(width, 0.1, 1),
    classifier: embeddings,
  };
}

/** Returns the logits behind each id, [n][vocabulary], in double precision; pairs that rotate are neighbours. */
export function referenceLogits(weights: LlamaWeights, ids: readonly number[]): number[][] {
  const { heads, kvHeads, headSize, width } = weights.shape;
  const caches = weights.layers.map(() => ({ keys: [] as number[][], values: [] as number[][] }));
  return ids.map((id, position) => {
    let x = [...weights.embeddings.subarray(id * width, (id + 1) * width)];
    for (const [n, layer] of weights.layers.entries()) {
      const normed = rmsNorm(x, layer.attentionNorm);
      const query = rotated(times(layer.query, normed), headSize, position);
      caches[n].keys.push(rotated(times(layer.key, normed), headSize, position));
      caches[n].values.push(times(layer.value, normed));
      const attended: number[] = [];
      for (let head = 0; head < heads; head++) {
        const kvHead = Math.floor((head * kvHeads) / heads);
        const own = query.slice(head * headSize, (head + 1) * headSize);
        const part = (row: number[]): number[] => row.slice(kvHead * headSize, (kvHead + 1) * headSize);
        const scores = caches[n].keys.map((key) => dot(own, part(key)) / Math.sqrt(headSize));
        const largest = Math.max(...scores);
        const shares = scores.map((score) => Math.exp(score - largest));
        const sum = shares.reduce((total, share) => total + share, 0);
        for (let i = 0; i < headSize; i++) {
          attended.push(
            dot(
              shares,
              caches[n].values.map((value) => part(value)[i]),
            ) / sum,
          );
        }
      }
      x = plus(x, times(layer.output, attended));
      const behind = rmsNorm(x, layer.mlpNorm);
      const up = times(layer.up, behind);
      const gated = times(layer.gate, behind).map((gate, i) => (gate / (1 + Math.exp(-gate))) * up[i]);
      x = plus(x, times(layer.down, gated));
    }
    return times(weights.classifier, rmsNorm(x, weights.finalNorm));
  });
}

function rmsNorm(x: readonly number[], gain: Float32Array): number[] {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + 1e-5);
  return x.map((value, i) => value * scale * gain[i]);
}

function rotated(x: readonly number[], headSize: number, position: number): number[] {
  const turned = [...x];
  for (let i = 0; i < x.length; i += 2) {
    const angle = position * 10_000 ** (-(i % headSize) / headSize);
    turned[i] = x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle);
    turned[i + 1] = x[i] * Math.sin(angle) + x[i + 1] * Math.cos(angle);
  }
  return turned;
}

function times(matrix: Float32Array, x: readonly number[]): number[] {
  return Array.from({ length: matrix.length / x.length }, (_, row) =>
    x.reduce((sum, value, i) => sum + matrix[row * x.length + i] * value, 0),
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function plus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + b[i]);
}
