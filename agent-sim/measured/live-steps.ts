// One hop of a measured run told to a person: what the three steps are in each arm, and what came of them.
import { endOfHandOff, type HandOffReport, type StepLabels } from "#core";
import { agentEnds } from "../pipeline/arms.ts";
import type { AgentScenario } from "../scenario.ts";
import { type MeasuredArm, measuredArms, measuredRules } from "./arms.ts";
import type { HopRun } from "./run-arm.ts";

/** Returns what is compressed into what, what travels, and what the receiver does, for people. */
export function describeMeasuredSteps(arm: MeasuredArm, scenario: AgentScenario): StepLabels {
  const isSilent = measuredRules[arm].carries === "nothing";
  return {
    compress: describeCompress(arm, scenario),
    transport: isSilent ? "nothing crosses" : "a message as encoded; its way is not timed",
    project: describeProject(arm, scenario),
  };
}

function describeCompress(arm: MeasuredArm, { measured, kv, summary, text }: AgentScenario): string {
  const { carries, encoder, control } = measuredRules[arm];
  switch (carries) {
    case "nothing":
      return arm === "single" ? "nothing: one agent keeps its cache" : "nothing is kept of what was read";
    case "text":
      return text.encoding === "ids" ? "document as token ids" : "document as it is, UTF-8";
    case "summary":
      return `document to ${summary.ratio} of its tokens, by term frequency`;
    case "kv":
      return `the decoder's key-value cache, ${kv.precision}`;
    case "answer":
      return "the answer, by a sender who knows the question";
    case "latent": {
      const made = `hidden states to ${measured.bytes} B by ${encoder}`;
      if (control === "another") return `${made}, of another document`;
      return control === "permuted" ? `${made}, values in another order` : made;
    }
  }
}

function describeProject(arm: MeasuredArm, { cache }: AgentScenario): string {
  switch (measuredRules[arm].carries) {
    case "nothing":
      return arm === "single" ? "go on decoding" : "prefill own prompt only";
    case "text":
      return arm === "prefix-cache"
        ? `take full blocks of ${cache.blockTokens} from the prefix cache, prefill the rest`
        : "prefill document and own prompt";
    case "summary":
      return "prefill summary and own prompt";
    case "kv":
      return "load the cache, prefill own prompt";
    case "answer":
      return "prefill own prompt, repeat the answer";
    case "latent":
      return "latent to memory vectors, prefill them and own prompt";
  }
}

/** Returns the report of a hop. The bytes are what the sender had to compress, by what it compresses. */
export function reportOf(
  { to, crossing, outcome, cachedTokens, rereadTokens }: HopRun,
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
  const { carries } = measuredRules[arm];
  const { wireBytes, headerBytes, head } = crossing;
  const planned = measuredArms.find(({ name }) => name === arm)?.end ?? agentEnds.notCarried;
  const end = endOfHandOff(planned, outcome);
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
      outputBytes: wireBytes - headerBytes,
    },
    transport: {
      label: steps.transport,
      bytes: wireBytes,
      headerBytes,
      // No link is simulated here: 0 would be a number that nobody has measured.
      delayMs: null,
    },
    project: { label: steps.project, rereadTokens },
    // A cache that holds no full block of what was read is no hit.
    end: end.because === "cacheHit" && cachedTokens === 0 ? agentEnds.reread : end,
    payloadHead: head,
  };
}
