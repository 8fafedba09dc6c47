import { add, multiply, subtract } from "./arithmetic.ts";
import type { Graph, Tensor } from "./graph.ts";
import { concat, gatherRows, split } from "./parts.ts";

/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864), the half-split form: value i turns with value i + size / 2. */

/** Cosines and sines of angles, each [..., size / 2]. */
export interface Rotation {
  readonly cosine: Tensor;
  readonly sine: Tensor;
}

/**
 * Returns the rotations of int64 `positions` [...], below `count`: position p turns pair i by p * base^(-2 i / size). Throws
 * RangeError when `size` is odd.
 */
export function rotation(
  graph: Graph,
  positions: Tensor,
  { count, size, base = 10_000 }: { readonly count: number; readonly size: number; readonly base?: number },
): Rotation {
  if (size % 2 !== 0) throw new RangeError(`rotation: ${size} values are not pairs`);
  const half = size / 2;
  const table = (of: (angle: number) => number): Tensor =>
    gatherRows(
      graph.constant(
        Float32Array.from({ length: count * half }, (_, at) =>
          of(Math.floor(at / half) * base ** (-(at % half) / half)),
        ),
        [count, half],
      ),
      positions,
    );
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}

/** Returns `x` [..., size] turned by a rotation that broadcasts to [..., size / 2]. */
export function rotate(x: Tensor, { cosine, sine }: Rotation): Tensor {
  const half = (x.shape.at(-1) as number) / 2;
  const [first, second] = split(x, -1, [half, half]);
  return concat(
    [
      subtract(multiply(first, cosine), multiply(second, sine)),
      add(multiply(first, sine), multiply(second, cosine)),
    ],
    -1,
  );
}
