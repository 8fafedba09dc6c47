// onnxruntime as every graph here is run: on one thread, so that results repeat bit for bit on one version and class of CPU.
import { InferenceSession } from "onnxruntime-node";
import { BadInputError } from "../bad-input.ts";

/**
 * Returns onnxruntime's session on an ONNX file, by its bytes, or by path so that weights in files beside it are found.
 * `subject` names the file in errors. Throws BadInputError when it is not a model that onnxruntime can run.
 */
export function openOnnx(onnx: Uint8Array | string, subject: string): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  };
  const opening =
    typeof onnx === "string"
      ? InferenceSession.create(onnx, options)
      : InferenceSession.create(onnx, options);
  return opening.catch((error: unknown) => {
    throw new BadInputError("unreadable-model", {
      subject,
      expected: "an ONNX file that onnxruntime can run",
      got: String(error instanceof Error ? error.message : error).split("\n")[0],
    });
  });
}
