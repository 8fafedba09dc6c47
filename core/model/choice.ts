import { scalar, sumTo } from "./arithmetic.ts";
import type { Tensor } from "./graph.ts";
import { broadcastShape, type ElementType } from "./shape.ts";

/** Comparisons, choices by them, and changes of type. Comparisons have no gradient. */

/** Returns where a > b, bool. */
export function greater(a: Tensor, b: Tensor): Tensor {
  return comparison("Greater", a, b);
}

/** Returns where a equals b, bool. */
export function equal(a: Tensor, b: Tensor): Tensor {
  return comparison("Equal", a, b);
}

function comparison(name: "Greater" | "Equal", a: Tensor, b: Tensor): Tensor {
  const [result] = a.graph.append({
    operator: name,
    inputs: [a, b],
    outputs: [{ shape: broadcastShape(a.shape, b.shape), type: "bool" }],
    gradient: null,
  });
  return result;
}

/** Returns `yes` where `condition` holds and `no` elsewhere. */
export function where(condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  const shape = broadcastShape(condition.shape, broadcastShape(yes.shape, no.shape));
  const [result] = condition.graph.append({
    operator: "Where",
    inputs: [condition, yes, no],
    outputs: [{ shape, type: yes.type }],
    gradient: ([by]) => {
      const none = scalar(yes, 0);
      return [
        null,
        sumTo(where(condition, by, none), yes.shape),
        sumTo(where(condition, none, by), no.shape),
      ];
    },
  });
  return result;
}

/** ONNX numbers of the element types (onnx.proto3, TensorProto.DataType). */
export const elementTypeNumbers: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7, bool: 9 };

/** Returns `a` in another type; no gradient. */
export function cast(a: Tensor, type: ElementType): Tensor {
  if (a.type === type) return a;
  const [result] = a.graph.append({
    operator: "Cast",
    inputs: [a],
    outputs: [{ shape: a.shape, type }],
    attributes: { to: { int: elementTypeNumbers[type] } },
    gradient: null,
  });
  return result;
}
