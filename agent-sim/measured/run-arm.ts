// One arm through the pipeline, on all documents of a shard: every hop encodes, sends, decodes, reads and answers.
import { type HandOffEnd, type Pause, reportedPayloadBytes } from "#core";
import { armRules } from "../hand-off/arms.ts";
import { anotherDocument } from "../hand-off/controls.ts";
import { type ArmHandOffs, handToStage, type StageTaken } from "../hand-off/exchange.ts";
import { emptyHanded, firstSender, type Holding, type Source } from "../hand-off/holding.ts";
import { askOf } from "../hand-off/prompt.ts";
import { isExactMatch, type Question } from "../language-model/language.ts";
import type { PipelineGraph } from "../pipeline/graph.ts";
import type { Reader, Reading } from "./reader.ts";
import type { MeasuredTask } from "./task.ts";
import type { MeasuredHop } from "./units.ts";

export interface ArmRun {
  readonly graph: PipelineGraph;
  readonly reader: Reader;
  readonly handOffs: ArmHandOffs;
  readonly nowS: () => number;
  readonly pause: Pause;
}

/** A hop with what crossed at it, and how it ended. */
export interface HopRun extends MeasuredHop {
  readonly end: HandOffEnd;
  /** The carrier's message, the first of the predecessors': its bytes in all, those of headers, and its first for people. */
  readonly message: { readonly bytes: number; readonly headerBytes: number; readonly head: Uint8Array };
}

/**
 * Returns the hops of each task but the last, which is the stranger: its document stands in where a control needs
 * another one. `sources` holds what the first stage read of each, in the same order.
 */
export async function runArm(
  run: ArmRun,
  tasks: readonly MeasuredTask[],
  sources: readonly Source[],
): Promise<readonly (readonly MeasuredHop[])[]> {
  const hops: MeasuredHop[][] = tasks.slice(1).map(() => []);
  for await (const some of runHops(run, tasks, sources)) {
    for (const [i, hop] of some.entries()) hops[i].push(hop);
  }
  return hops;
}

/** Yields the same hop by hop, in the order of the graph's receivers: each time one of every task but the stranger. */
export async function* runHops(
  run: ArmRun,
  tasks: readonly MeasuredTask[],
  sources: readonly Source[],
): AsyncGenerator<readonly HopRun[]> {
  const { graph, reader, handOffs, pause } = run;
  const { arm } = handOffs;
  const rule = armRules[arm];
  const counted = tasks.length - 1;
  // Whose document the receiver of task i is given.
  const givenTo = (i: number): number => (rule.control === "another" ? anotherDocument(i) : i);
  const holdings: Holding[][] = sources.map((source) =>
    graph.names.map((_, stage) =>
      graph.entries.includes(stage) ? firstSender(source) : emptyHanded(firstSender(source)),
    ),
  );
  for (const [at, stage] of graph.receivers.entries()) {
    const hops: HopRun[] = [];
    const handed: StageTaken[] = [];
    for (const [i, task] of tasks.entries()) {
      const ask = askOf(task.hops[at].own);
      handed.push(await handToStage(run, { holdings: holdings[i], hop: at + 1, stage, ask }));
      await pause();
    }
    for (let i = 0; i < counted; i++) {
      const { own, probe } = tasks[i].hops[at];
      const { taken, wireBytes, clock } = handed[givenTo(i)];
      const { context, outcome, end, consignment } = taken;
      const isHandOff = arm !== "single";
      const reading = await reader.ask(context, askOf(own), isHandOff ? clock : null);
      holdings[givenTo(i)][stage] = handOffs.hold(taken, sources[givenTo(i)], reading.output);
      const another = rule.carries === "latent" ? handed[anotherDocument(i)].taken.context : null;
      const right = async (question: Question, behind = context): Promise<boolean> =>
        isExactMatch((await reader.ask(behind, askOf(question), null)).answer, question);
      const forProbe = handOffs.seesQuestion
        ? (await handToStage(run, { holdings: holdings[i], hop: at + 1, stage, ask: askOf(probe) })).taken
            .context
        : context;
      hops.push({
        hop: at + 1,
        to: graph.names[stage],
        wireBytes,
        ...counts(reading, isHandOff),
        outcome,
        end,
        own: isExactMatch(reading.answer, own),
        probe: await right(probe, forProbe),
        ownOfAnother: another === null ? null : await right(own, another),
        probeOfAnother: another === null ? null : await right(probe, another),
        times: isHandOff ? clock.times : null,
        // A whole cache is not held on to for the sake of its first bytes.
        message: {
          bytes: consignment?.bytes.length ?? 0,
          headerBytes: consignment?.headerBytes ?? 0,
          head: consignment?.bytes.slice(0, reportedPayloadBytes) ?? new Uint8Array(0),
        },
      });
      await pause();
    }
    // The stranger goes on as well: its receiver reads what it got.
    const { taken } = handed[counted];
    if (givenTo(counted - 1) !== counted) {
      const reading = await reader.ask(taken.context, askOf(tasks[counted].hops[at].own), null);
      holdings[counted][stage] = handOffs.hold(taken, sources[counted], reading.output);
    }
    yield hops;
  }
}

/** One agent that does it all reads nothing at its boundaries: it has none. */
function counts(
  { prefillTokens, cachedTokens, contextTokens, flops }: Reading,
  isHandOff: boolean,
): Pick<MeasuredHop, "prefillTokens" | "cachedTokens" | "rereadTokens" | "flops"> {
  return isHandOff
    ? { prefillTokens, cachedTokens, rereadTokens: contextTokens, flops }
    : { prefillTokens: 0, cachedTokens: 0, rereadTokens: 0, flops: 0 };
}
