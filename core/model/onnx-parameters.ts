import { BadInputError } from "../bad-input.ts";
import type { Graph } from "./graph.ts";
import { parameterCount, parameterPlaces } from "./onnx-file.ts";
import { readModelProto } from "./onnx-signature.ts";

/**
 * Returns the parameters [parameterCount] of `graph` from the bytes of an ONNX file that `toOnnx` wrote, by name: so that
 * one file of weights serves graphs of every batch size. `subject` names the file in errors. Throws BadInputError when the
 * bytes are no ONNX file, or a parameter is missing, of another shape or not finite.
 */
export function readParameters(graph: Graph, onnx: Uint8Array, subject: string): Float32Array {
  const { graph: stored } = readModelProto(onnx, subject);
  const found = new Map((stored?.initializer ?? []).map((tensor) => [tensor.name, tensor]));
  const parameters = new Float32Array(parameterCount(graph));
  for (const { tensor, from, to } of parameterPlaces(graph)) {
    const { name, shape } = tensor;
    const initializer = found.get(name);
    const wrong = (got: string): BadInputError =>
      new BadInputError("unreadable-model", {
        subject,
        expected: `the parameter ${name} [${shape}]`,
        got,
        remedy: "take the weights that belong to this version, or train them again",
      });
    if (initializer === undefined) throw wrong("no such parameter");
    const dims = initializer.dims.map(Number);
    if (dims.join() !== shape.join()) throw wrong(`[${dims}]`);
    const { rawData } = initializer;
    if (rawData.byteLength !== (to - from) * 4) throw wrong(`${rawData.byteLength} bytes`);
    // A copy, so that it begins where a float32 may: a Buffer's slice would be none.
    const values = new Float32Array(new Uint8Array(rawData).buffer);
    if (!values.every(Number.isFinite)) throw wrong("values that are not finite");
    parameters.set(values, from);
  }
  return parameters;
}
