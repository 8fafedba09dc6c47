// The three steps of each arm in words, the same three as on the RAN side.
import type { StepLabels } from "#core";
import type { AgentScenario } from "../scenario.ts";
import { type AgentArm, armRules } from "./arms.ts";

/** Returns what is compressed into what, what travels, and what the receiver does, for people. */
export function describeSteps(scenario: AgentScenario, arm: AgentArm): StepLabels {
  return {
    compress: describeCompress(scenario, arm),
    transport: describeTransport(scenario, arm),
    project: describeProject(scenario, arm),
  };
}

function describeCompress({ summary, kv, text, model, calibration }: AgentScenario, arm: AgentArm): string {
  switch (armRules[arm].carries) {
    case "nothing":
      return arm === "single"
        ? "nothing: one agent keeps all it has read"
        : "nothing is kept of what was read";
    case "text":
      return text.encoding === "ids"
        ? `document as ${calibration.tokenizer} ids`
        : "document as it is, UTF-8";
    case "summary":
      return `document to ${summary.ratio} of its tokens, ${summary.method}`;
    case "kv":
      return `key-value cache of ${model.name}, ${model.layers} layers, ${kv.precision}, stand-in values`;
  }
}

function describeTransport({ calibration }: AgentScenario, arm: AgentArm): string {
  if (arm === "single") return "no boundary to cross";
  const link =
    calibration.linkBytesPerS === undefined ? calibration.link : `${calibration.linkBytesPerS} B/s`;
  const delay = `${calibration.linkDelayMs} ms`;
  return armRules[arm].carries === "nothing" ? `${delay}, the task alone` : `${delay}, ${link}`;
}

function describeProject({ cache }: AgentScenario, arm: AgentArm): string {
  switch (arm) {
    case "cold":
      return "prefill own prompt only";
    case "text":
      return "prefill document and own prompt";
    case "prefix-cache":
      return `take full blocks of ${cache.blockTokens} from the prefix cache, prefill the rest`;
    case "prefix-miss":
      return "prefix cache misses: prefill document and own prompt";
    case "summary":
      return "prefill summary and own prompt";
    case "kv":
      return "load the cache, prefill own prompt";
    case "single":
      return "go on decoding";
  }
}
