import { readFileSync } from "node:fs";
import { arch, cpus } from "node:os";

/** Vector extensions by which onnxruntime chooses its kernels, widest first. */
const extensions = ["avx512f", "avx2", "avx"];

/**
 * Returns the class of this machine's CPU: architecture, model and widest vector extension where the system tells it.
 * Learned results repeat bit for bit within one class.
 */
export function cpuClass(): string {
  const extension = extensions.find((name) => cpuFlags().has(name));
  return [arch(), cpus()[0]?.model.trim(), extension].filter(Boolean).join(" ");
}

/** Returns what Linux lists; empty elsewhere. */
function cpuFlags(): ReadonlySet<string> {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    return new Set((line?.[1] ?? "").trim().split(/\s+/));
  } catch {
    return new Set();
  }
}
