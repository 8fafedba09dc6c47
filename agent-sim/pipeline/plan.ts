// What a task costs, stage by stage and hand-off by hand-off: the formulas of spec/agents.md section 2 over the graph.

import { cacheCodecS } from "../cost/cache-codec.ts";
import type { CostFigures } from "../cost/figures.ts";
import { prefillFlops, prefillSeconds } from "../cost/prefill.ts";
import { callUsd } from "../cost/price.ts";
import { compressText, createMessage, type OutgoingMessage } from "../hand-off/outgoing.ts";
import type { TokenizedText } from "../workload/document.ts";
import { type AgentArm, armRules } from "./arms.ts";
import type { Task, TaskSource } from "./task.ts";

/**
 * What is passed on is the document (T tokens). Which task is to be done and what the stages before have said travels
 * with the message that crosses in any case: every arm reads it, and none is charged for its bytes. A receiver's own
 * prompt is therefore s = role prompt + outputs of its direct predecessors.
 */
export interface StagePlan {
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** From having everything to the first token: the prefill, which yields it, or one decoding step. */
  readonly firstTokenS: number;
  /** From the first token to the last. */
  readonly decodeS: number;
  readonly usd: number;
}

/** What one predecessor sends to a stage that takes over. */
export interface Delivery {
  readonly from: number;
  readonly message: OutgoingMessage;
  /** The sender's time before the message is ready. */
  readonly compressS: number;
  /** Delay and transmission; of a cache also writing and opening the message, where that was measured. */
  readonly linkS: number;
}

/**
 * One hand-off: all that a stage takes over from its predecessors. Each sends the document as it has it, since none
 * knows what the others send; the receiver reads the carrier's, that of its first predecessor, once.
 */
export interface HopPlan {
  /** 1-based, in topological order of the receivers. */
  readonly hop: number;
  readonly to: number;
  /** As the stage lists its predecessors; the carrier's first. */
  readonly deliveries: readonly Delivery[];
  /** Of all deliveries, headers included. */
  readonly wireBytes: number;
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  /** Prefilled tokens that an earlier stage of this task had read or written: all but the role prompt. */
  readonly rereadTokens: number;
  /** The receiver's prefill, and what senders decode to write generated summaries. */
  readonly flops: number;
}

export interface TaskPlan {
  readonly task: Task;
  readonly arm: AgentArm;
  /** [stage] */
  readonly stages: readonly StagePlan[];
  /** [stage] the hand-off to it; null for an entry. */
  readonly hops: readonly (HopPlan | null)[];
  readonly usd: number;
  /** Document and outputs: what must be read or written once. */
  readonly runTokens: number;
}

/**
 * Returns the plan of a task in an arm.
 *
 * - `summary` with `relay: forward` is made by the entry and passed on as it is; with `reencode` every sender
 *   summarises what it got, for each that it hands over to. Only a generated one is decoded, which takes the sender's time, FLOPs and price.
 * - `single`: one agent reads the document and all role prompts once, in its first stage; its hand-offs are counted
 *   as the boundaries that it does not have, with nothing read and nothing sent.
 * - `kv` charges transferred tokens as cache reads; no hosted service offers it.
 */
export function planTask(
  source: TaskSource,
  task: Task,
  arm: AgentArm,
  figures: CostFigures,
  { withHead = false }: { readonly withHead?: boolean } = {},
): TaskPlan {
  const { scenario, roleTokens } = source;
  const { graph, model, cache } = scenario;
  const rule = armRules[arm];
  const held: TokenizedText[] = graph.names.map(() => task.document);
  const compressed = graph.names.map(() => false);
  const stages: StagePlan[] = [];
  const hops: (HopPlan | null)[] = graph.names.map(() => null);
  const documentTokens = task.document.tokens.length;
  let usd = 0;

  const addStage = (
    stage: number,
    prefillTokens: number,
    cachedTokens: number,
    writtenTokens: number,
  ): void => {
    const outputTokens = task.outputTokens[stage];
    const stepS = 1 / figures.decodeTokensPerS;
    const stageUsd = callUsd(figures.prices, {
      input: prefillTokens - writtenTokens,
      cacheWrite: writtenTokens,
      // One agent's own context is not read from anywhere.
      cacheRead: arm === "single" ? 0 : cachedTokens,
      output: outputTokens,
    });
    stages[stage] = {
      prefillTokens,
      cachedTokens,
      outputTokens,
      firstTokenS:
        prefillTokens === 0 ? stepS : prefillSeconds(model, figures.prefill, prefillTokens, cachedTokens),
      decodeS: (outputTokens - 1) * stepS,
      usd: stageUsd,
    };
    usd += stageUsd;
  };
  const fullBlocks = (tokens: number): number => Math.floor(tokens / cache.blockTokens) * cache.blockTokens;
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

  for (const stage of graph.entries) {
    const isWhole = arm === "single" && stage === graph.order[0];
    const prompt = arm === "single" ? (isWhole ? sumOf(roleTokens) : 0) : roleTokens[stage];
    const read = arm === "single" && !isWhole ? 0 : documentTokens;
    addStage(stage, read + prompt, 0, rule.cached === "full-blocks" ? fullBlocks(read) : 0);
  }
  const send = (from: number, stage: number, sequence: number): Sent => {
    let context = held[from];
    let compressTokens = 0;
    if (rule.carries === "summary" && (!compressed[from] || scenario.relay === "reencode")) {
      context = compressText(source, held[from]);
      if (scenario.summary.method === "generated") compressTokens = context.tokens.length;
      if (scenario.relay === "forward") {
        // Made once: whoever else this sender hands over to gets the same.
        compressed[from] = true;
        held[from] = context;
      }
    }
    const route = { task: task.index, from: graph.names[from], to: graph.names[stage], sequence };
    const message = createMessage(source, arm, { route, context, seed: task.seed, withHead });
    usd += callUsd(figures.prices, { input: 0, cacheWrite: 0, cacheRead: 0, output: compressTokens });
    return {
      from,
      message,
      context,
      // The sender has the document and its own prompt behind it when it writes.
      flops: prefillFlops(model, compressTokens, documentTokens + roleTokens[from]),
      compressS: compressTokens / figures.decodeTokensPerS,
      linkS:
        arm === "single"
          ? 0
          : figures.linkDelayS +
            message.wireBytes / figures.linkBytesPerS +
            (rule.carries === "kv" ? cacheCodecS(figures.cacheCodec, context.tokens.length) : 0),
    };
  };

  for (const [i, stage] of graph.receivers.entries()) {
    const sent = graph.predecessors[stage].map((from) => send(from, stage, i + 1));
    const { context } = sent[0];
    held[stage] = context;
    compressed[stage] = true;
    const own =
      arm === "single"
        ? 0
        : roleTokens[stage] + sumOf(graph.predecessors[stage].map((p) => task.outputTokens[p]));
    const carried = rule.carries === "nothing" ? 0 : context.tokens.length;
    const cachedTokens =
      rule.cached === "all" ? carried : rule.cached === "full-blocks" ? fullBlocks(carried) : 0;
    const prefillTokens = carried - cachedTokens + own;
    hops[stage] = {
      hop: i + 1,
      to: stage,
      deliveries: sent.map(({ from, message, compressS, linkS }) => ({ from, message, compressS, linkS })),
      wireBytes: sumOf(sent.map(({ message }) => message.wireBytes)),
      prefillTokens,
      cachedTokens,
      rereadTokens: arm === "single" ? 0 : prefillTokens - roleTokens[stage],
      flops: prefillFlops(model, prefillTokens, cachedTokens) + sumOf(sent.map(({ flops }) => flops)),
    };
    addStage(stage, prefillTokens, cachedTokens, 0);
  }
  return { task, arm, stages, hops, usd, runTokens: documentTokens + sumOf(task.outputTokens) };
}

/** A delivery, the text that it stands for, and the FLOPs that it took to write. */
interface Sent extends Delivery {
  readonly context: TokenizedText;
  readonly flops: number;
}
