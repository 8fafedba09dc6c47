// From the name of an arm to its hand-off, and one hand-off of one task: send, receive, and what the receiver can hand on.
import {
  type Consignment,
  composeHandOff,
  createStream,
  type HandOff,
  type HandOffEnd,
  handOffWithoutMessage,
  type Link,
  payloadFormat,
  type ReceptionOutcome,
  type StepLabels,
} from "#core";
import type { ModelOutput } from "../language-model/language-model.ts";
import type { PipelineGraph } from "../pipeline/graph.ts";
import type { AgentScenario } from "../scenario.ts";
import { armRules, type MeasuredArm } from "./arms.ts";
import { createStepClock, type StepClock } from "./clock.ts";
import { latentOf, ownAnswer, ownCache, summaryOf, wholeText } from "./compress.ts";
import { inAnotherOrder, othersMean } from "./controls.ts";
import { emptyHanded, type Holding, memoryRead, type Receiver, type Sender, type Source } from "./holding.ts";
import type { LatentEncoder, MeasuredModel, Replacement } from "./latents.ts";
import { loadCache, readText, repeatAnswer, toMemory } from "./project.ts";
import type { Answering, Ask, Context } from "./prompt.ts";
import {
  answerFormat,
  cacheFormat,
  faultyLink,
  latentFormat,
  payloadThatCame,
  type Stages,
  textFormat,
  timedFormat,
  timedLink,
} from "./transport.ts";

/** How an arm hands over between any two stages. */
export interface ArmHandOffs {
  readonly arm: MeasuredArm;
  readonly steps: StepLabels;
  /** Whether the message depends on the question. */
  readonly seesQuestion: boolean;
  /** Returns the hand-off from one stage to another. The time of its steps goes to `clock`. */
  between(stages: Stages, clock: StepClock): HandOff<readonly Sender[], readonly Receiver[]>;
  /** Returns what a receiver knows before anything comes. */
  receiver(source: Source, ask: Ask): Receiver;
  /** Returns what a receiver can hand on; `output` is its reading of what it took over, null when it has not read. */
  hold(taken: TakenOver, source: Source, output: ModelOutput | null): Holding;
}

/** What of one hand-off the receiver has. */
export interface TakenOver {
  readonly context: Context;
  /** What came of the message; null where the arm sends nothing on purpose. */
  readonly outcome: ReceptionOutcome | null;
  readonly end: HandOffEnd;
  /** Null where nothing was sent. */
  readonly consignment: Consignment | null;
}

/** What the hand-offs of an arm are made of. */
export interface ArmParts {
  readonly reader: Answering;
  readonly scenario: AgentScenario;
  readonly arm: MeasuredArm;
  readonly link: Link;
  /** Of arms that carry a latent. */
  readonly latent: { readonly encoder: LatentEncoder; readonly replace: Replacement | null } | null;
}

/**
 * Returns how an arm of a measured run hands over, with the encoder that it needs. `sources` are the documents that it will hand over,
 * for what is made of all of them at once (the oracle, the mean of others). Throws BadInputError where the model has no encoder for it.
 */
export async function openHandOffs(parts: {
  readonly reader: Answering;
  readonly scenario: AgentScenario;
  readonly measured: MeasuredModel;
  readonly seed: number;
  readonly facts: number;
  readonly arm: MeasuredArm;
  readonly training: number | null;
  readonly sources: readonly Source[];
}): Promise<ArmHandOffs> {
  const { reader, scenario, measured, seed, facts, arm, training, sources } = parts;
  const link = faultyLink(scenario.measured.link, createStream(seed, `measured link ${facts}`));
  const { carries, encoder: name, control } = armRules[arm];
  if (carries !== "latent" || name === undefined)
    return createHandOffs({ reader, scenario, arm, link, latent: null });
  const { bytes } = scenario.measured;
  const encoder = await measured.encoder(name, { bytes, facts, trainingSeed: training });
  await encoder.prepare?.(sources.map(({ read }) => read));
  const replace =
    control === "mean"
      ? await othersMean(encoder, sources)
      : control === "permuted"
        ? inAnotherOrder(seed)
        : null;
  return createHandOffs({ reader, scenario, arm, link, latent: { encoder, replace } });
}

/** Returns how an arm hands over. Throws RangeError for a latent arm without its encoder, or with steps that do not fit. */
export function createHandOffs(parts: ArmParts): ArmHandOffs {
  const { arm, reader, latent } = parts;
  const { carries } = armRules[arm];
  const between = handOffsOf(parts);
  const { steps } = between(
    { from: "", to: "" },
    createStepClock(() => 0),
  );
  const { width } = reader.model.shape;
  return {
    arm,
    steps,
    seesQuestion: carries === "answer",
    between,
    receiver: (source, ask) => ({
      source,
      ask,
      // One agent goes on with all that it has read.
      context: arm === "single" ? { kind: "cache", cache: source.cache } : { kind: "nothing" },
    }),
    hold({ context, outcome, consignment }, source, output) {
      const held = emptyHanded({ source });
      if (carries === "latent" && latent !== null) {
        const payload = consignment === null ? null : payloadThatCame(consignment);
        const read = outcome === "warm" ? memoryRead(output, latent.encoder.memoryVectors, width) : null;
        return { ...held, payload, read };
      }
      if (carries === "kv" && context.kind === "cache") return { ...held, cache: context.cache };
      return context.kind === "tokens" ? { ...held, tokens: context.tokens } : held;
    },
  };
}

/** What a stage took over from its predecessors. */
export interface StageTaken {
  /** From the carrier, the first of them. */
  readonly taken: TakenOver;
  /** Bytes of all predecessors' messages. */
  readonly wireBytes: number;
  /** The times of the carrier's message. */
  readonly clock: StepClock;
}

/** Hands over to one stage, which will be asked `ask`: each predecessor sends, since none knows what the others send. */
export async function handToStage(
  run: { readonly graph: PipelineGraph; readonly handOffs: ArmHandOffs; readonly nowS: () => number },
  hop: {
    /** [stage] of one task. */
    readonly holdings: readonly Holding[];
    /** 1-based. */
    readonly hop: number;
    readonly stage: number;
    readonly ask: Ask;
  },
): Promise<StageTaken> {
  const { graph, handOffs, nowS } = run;
  const { names } = graph;
  const clock = createStepClock(nowS);
  const all: TakenOver[] = [];
  for (const [i, from] of graph.predecessors[hop.stage].entries()) {
    all.push(
      await handOver(handOffs, {
        holding: hop.holdings[from],
        ask: hop.ask,
        stages: { from: names[from], to: names[hop.stage] },
        // Counts the messages of a task, so that each meets the link's faults on its own.
        sequence: hop.hop * names.length + i,
        clock: i === 0 ? clock : createStepClock(nowS),
      }),
    );
  }
  const wireBytes = all.reduce((sum, { consignment }) => sum + (consignment?.bytes.length ?? 0), 0);
  return { taken: all[0], wireBytes, clock };
}

async function handOver(
  handOffs: ArmHandOffs,
  call: Sender & { readonly stages: Stages; readonly sequence: number; readonly clock: StepClock },
): Promise<TakenOver> {
  const { holding, ask, stages, sequence, clock } = call;
  const { source } = holding;
  const handOff = handOffs.between(stages, clock);
  const [consignment] = await handOff.send([{ holding, ask }], [{ entity: source.entity, sequence }], 0);
  const receivers = [handOffs.receiver(source, ask)];
  // Its way is not timed: whatever comes at all is there.
  const { states, outcomes, ends } = await handOff.receive(
    [consignment],
    receivers,
    Number.POSITIVE_INFINITY,
  );
  return { context: states[0].context, outcome: outcomes[0], end: ends[0], consignment };
}

/** Returns what makes the hand-off of an arm between two stages. */
function handOffsOf({ reader, scenario, arm, link, latent }: ArmParts): ArmHandOffs["between"] {
  const { model, vocabulary } = reader;
  const { text, summary, kv, cache, relay, measured } = scenario;
  const { carries, encoder: name, control, cached, end, first, prefixCache } = armRules[arm];
  const readAgain = (label: string) =>
    readText({
      label,
      vocabulary,
      order: first === "role" ? "role-first" : "document-first",
      prefixCache: prefixCache ? cache : null,
      shape: model.shape,
    });
  switch (carries) {
    case "nothing":
      return () =>
        handOffWithoutMessage<readonly Receiver[], readonly Sender[]>(
          arm === "single"
            ? {
                compress: "nothing: one agent keeps its cache",
                transport: "nothing crosses",
                project: "go on decoding",
              }
            : {
                compress: "nothing is kept of what was read",
                transport: "nothing crosses",
                project: "prefill own prompt only",
              },
          end,
        );
    case "text":
      return (stages, clock) =>
        composeHandOff({
          compress: wholeText(),
          format: timedFormat(textFormat(stages, vocabulary, text.encoding), clock),
          link: timedLink(link, clock),
          project: readAgain(
            cached === "full-blocks"
              ? `take full blocks of ${cache.blockTokens} from the prefix cache, prefill the rest`
              : "prefill document and own prompt",
          ),
          end,
        });
    case "summary":
      return (stages, clock) =>
        composeHandOff({
          compress: summaryOf(vocabulary, { ratio: summary.ratio, relay, clock }),
          format: timedFormat(textFormat(stages, vocabulary, "summary"), clock),
          link: timedLink(link, clock),
          project: readAgain("prefill summary and own prompt"),
          end,
        });
    case "kv":
      return (stages, clock) =>
        composeHandOff({
          compress: ownCache(),
          format: timedFormat(cacheFormat(stages, model, kv.precision), clock),
          link: timedLink(link, clock),
          project: loadCache(),
          end,
        });
    case "answer": {
      return (stages, clock) =>
        composeHandOff({
          compress: ownAnswer(
            async (own, ask) => (await reader.ask({ kind: "cache", cache: own }, ask, null)).answer,
            clock,
          ),
          format: timedFormat(answerFormat(stages), clock),
          link: timedLink(link, clock),
          project: repeatAnswer(),
          end,
        });
    }
    case "latent": {
      if (latent === null) throw new RangeError(`the arm ${arm} needs an encoder`);
      const { encoder, replace } = latent;
      const { compressor, projector, precision } = encoder;
      if (compressor.modelId !== projector.modelId || compressor.latentSize !== projector.latentSize)
        throw new RangeError(`${arm}: the projector does not read what the compressor writes`);
      const payloads = payloadFormat(compressor.modelId, compressor.latentSize, precision);
      const label = `hidden states to ${measured.bytes} B by ${name}`;
      const stands =
        control === undefined
          ? ""
          : `, ${control === "permuted" ? "values in another order" : control === "mean" ? "the mean of other documents" : "of another document"}`;
      return (stages, clock) =>
        composeHandOff({
          compress: latentOf(encoder, { label: `${label}${stands}`, relay, replace, clock }),
          format: timedFormat(latentFormat(stages, payloads), clock),
          link: timedLink(link, clock),
          project: toMemory(projector, clock),
          end,
        });
    }
  }
}
