// One hop of a measured run told to a person.
import type { HandOffReport, StepLabels } from "#core";
import { agentEnds, armRules, type MeasuredArm } from "../hand-off/arms.ts";
import type { HopRun } from "./run-arm.ts";

/** Returns the report of a hop. The bytes are what the sender had to compress, by what it compresses. */
export function reportOf(
  { to, message, end, cachedTokens, rereadTokens }: HopRun,
  hop: {
    readonly arm: MeasuredArm;
    readonly steps: StepLabels;
    readonly task: number;
    readonly from: string;
    readonly timeS: number;
    readonly bytes: { readonly textBytes: number; readonly stateBytes: number; readonly cacheBytes: number };
  },
): HandOffReport<"agent"> {
  const { arm, steps, task, from, timeS, bytes } = hop;
  const { carries } = armRules[arm];
  const { bytes: sentBytes, headerBytes, head } = message;
  return {
    domain: "agent",
    arm,
    entity: task,
    from,
    to,
    timeS,
    compress: {
      label: steps.compress,
      inputBytes:
        carries === "latent" ? bytes.stateBytes : carries === "kv" ? bytes.cacheBytes : bytes.textBytes,
      outputBytes: sentBytes - headerBytes,
    },
    transport: {
      label: steps.transport,
      bytes: sentBytes,
      headerBytes,
      // No link is simulated here: 0 would be a number that nobody has measured.
      delayMs: null,
    },
    project: { label: steps.project, rereadTokens },
    // A cache without a full block of what was read was not hit.
    end: end.because === "cacheHit" && cachedTokens === 0 ? agentEnds.reread : end,
    payloadHead: head,
  };
}
