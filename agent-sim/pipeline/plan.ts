// What a task costs, stage by stage and hand-off by hand-off: the formulas of spec/agents.md section 2 over the graph.

import { cacheCodecS } from "../cost/cache-codec.ts";
import { decodeSeconds } from "../cost/decode.ts";
import type { CostFigures } from "../cost/figures.ts";
import { fullBlocks, hopTokens } from "../cost/hop-tokens.ts";
import { prefillFlops, prefillSeconds } from "../cost/prefill.ts";
import { callUsd } from "../cost/price.ts";
import { type AgentArm, armRules } from "../hand-off/arms.ts";
import { compressText, createMessage, noMessage, type OutgoingMessage } from "../hand-off/outgoing.ts";
import type { TokenizedText } from "../workload/document.ts";
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
export interface HopPart {
  readonly from: number;
  /** Whether it brings the document; what the others say crosses in any case and is not charged. */
  readonly isCarrier: boolean;
  readonly message: OutgoingMessage;
  /** The sender's time before the message is ready. */
  readonly compressS: number;
  /** Delay and transmission; of a cache also writing and opening the message, where that was measured. */
  readonly linkS: number;
}

/**
 * One hand-off: all that a stage takes over from its predecessors. The document is sent once, by the carrier, the first of them,
 * and read once; the others send what they have said.
 */
export interface HopPlan {
  /** 1-based, in topological order of the receivers. */
  readonly hop: number;
  readonly to: number;
  /** As the stage lists its predecessors; the carrier's first. */
  readonly parts: readonly HopPart[];
  /** Bytes of the carrier's message, headers included. */
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
 *   summarises what it got, for each that it carries the document to. Only a generated one is decoded, which takes the sender's time, FLOPs and price.
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

  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  /** What stands before the first token that a stage says; one agent has all before it. */
  const contextTokens = (stage: number, promptTokens: number): number => {
    if (arm !== "single") return promptTokens;
    const before = graph.order.slice(0, graph.order.indexOf(stage));
    return documentTokens + sumOf(roleTokens) + sumOf(before.map((one) => task.outputTokens[one]));
  };
  const addStage = (
    stage: number,
    prefillTokens: number,
    cachedTokens: number,
    writtenTokens: number,
  ): void => {
    const outputTokens = task.outputTokens[stage];
    const behind = contextTokens(stage, prefillTokens + cachedTokens);
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
        prefillTokens === 0
          ? decodeSeconds(figures.decode, 1, behind)
          : prefillSeconds(model, figures.prefill, prefillTokens, cachedTokens),
      decodeS: decodeSeconds(figures.decode, outputTokens - 1, behind + 1),
      usd: stageUsd,
    };
    usd += stageUsd;
  };

  for (const stage of graph.entries) {
    const isWhole = arm === "single" && stage === graph.order[0];
    const prompt = arm === "single" ? (isWhole ? sumOf(roleTokens) : 0) : roleTokens[stage];
    const read = arm === "single" && !isWhole ? 0 : documentTokens;
    addStage(
      stage,
      read + prompt,
      0,
      rule.cached === "full-blocks" ? fullBlocks(read, cache.blockTokens) : 0,
    );
  }
  const send = (from: number, stage: number, sequence: number, isCarrier: boolean): SentPart => {
    const delayS = arm === "single" ? 0 : figures.linkDelayS;
    if (!isCarrier)
      return {
        from,
        isCarrier,
        message: noMessage,
        context: held[from],
        flops: 0,
        compressS: 0,
        linkS: delayS,
      };
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
    // A sender that writes has its prompt and what it has said behind it.
    const { prefillTokens, cachedTokens, outputTokens } = stages[from];
    const behind = prefillTokens + cachedTokens + outputTokens;
    return {
      from,
      isCarrier,
      message,
      context,
      flops: prefillFlops(model, compressTokens, behind),
      compressS: decodeSeconds(figures.decode, compressTokens, behind),
      linkS:
        arm === "single"
          ? 0
          : delayS +
            message.wireBytes / figures.linkBytesPerS +
            (rule.carries === "kv" ? cacheCodecS(figures.cacheCodec, context.tokens.length) : 0),
    };
  };

  for (const [i, stage] of graph.receivers.entries()) {
    const sent = graph.predecessors[stage].map((from, place) => send(from, stage, i + 1, place === 0));
    const { context } = sent[0];
    held[stage] = context;
    compressed[stage] = true;
    const own =
      arm === "single"
        ? 0
        : roleTokens[stage] + sumOf(graph.predecessors[stage].map((p) => task.outputTokens[p]));
    const sizes = { contextTokens: context.tokens.length, ownTokens: own };
    const { cachedTokens, prefillTokens } = hopTokens(rule, sizes, cache);
    hops[stage] = {
      hop: i + 1,
      to: stage,
      parts: sent.map(({ context: _context, flops: _flops, ...part }) => part),
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

/** A part, the text that it stands for, and the FLOPs that it took to write. */
interface SentPart extends HopPart {
  readonly context: TokenizedText;
  readonly flops: number;
}
