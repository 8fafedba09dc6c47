// What of core touches a runtime: files, threads, DuckDB, onnxruntime. Entry "#core/node".

export { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export { changedInput, hashInputFiles } from "./input-files.ts";
export { makeFolder } from "./make-folder.ts";
export { type ExpectedModel, loadModel, type ModelDescription, saveModel, sha256 } from "./model-store.ts";
export { openOnnxSession } from "./onnx-session.ts";
export { queryRuns } from "./query.ts";
export type { RunDescription, RunManifest } from "./run-manifest.ts";
export { runOnThreads } from "./run-on-threads.ts";
export {
  createRun,
  type LeftOut,
  listRuns,
  type OpenRun,
  openRun,
  readStore,
  resumeRun,
  type StoredRun,
} from "./run-store.ts";
export {
  openSymbolicSession,
  runtimeVersion,
  type SymbolicSession,
  type SymbolicTensor,
} from "./symbolic-session.ts";
export { openTrainingLog } from "./training-log.ts";
