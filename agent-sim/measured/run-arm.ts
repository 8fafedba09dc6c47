// One arm through the pipeline, on all documents of a shard: every hop encodes, sends, decodes, reads and answers.
import type { Pause } from "#core";
import { isExactMatch, type Question } from "../language-model/language.ts";
import type { PipelineGraph } from "../pipeline/graph.ts";
import type { MeasuredArm } from "./arms.ts";
import { measuredRules } from "./arms.ts";
import { createStepClock, type StepClock } from "./clock.ts";
import {
  type Carrier,
  emptyHanded,
  firstSender,
  type HandedOver,
  type Holding,
  type Source,
} from "./hand-over.ts";
import type { Crossing } from "./message-link.ts";
import { askOf, type Reader, type Reading } from "./reader.ts";
import type { MeasuredTask } from "./task.ts";
import type { MeasuredHop } from "./units.ts";

export interface ArmRun {
  readonly arm: MeasuredArm;
  readonly graph: PipelineGraph;
  readonly reader: Reader;
  readonly carrier: Carrier;
  readonly nowS: () => number;
  readonly pause: Pause;
}

/** A hop with what crossed at it. */
export interface HopRun extends MeasuredHop {
  /** Of the carrier's message, the first of the predecessors'. */
  readonly crossing: Crossing;
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
  const { arm, graph, reader, carrier, pause } = run;
  const rule = measuredRules[arm];
  const counted = tasks.length - 1;
  // Whose document the receiver of task i is given.
  const givenTo = (i: number): number => (rule.control === "another" ? i + 1 : i);
  const holdings: Holding[][] = sources.map((source) =>
    graph.names.map((_, stage) =>
      graph.entries.includes(stage) ? firstSender(source) : emptyHanded(firstSender(source)),
    ),
  );
  for (const [at, stage] of graph.receivers.entries()) {
    const hops: HopRun[] = [];
    const handed: Arrival[] = [];
    for (const [i, task] of tasks.entries()) {
      handed.push(await deliver(run, { holdings: holdings[i], task, hop: at + 1, stage }));
      await pause();
    }
    for (let i = 0; i < counted; i++) {
      const { own, probe } = tasks[i].hops[at];
      const given = handed[givenTo(i)];
      const isHandOff = arm !== "single";
      const reading = await reader.ask(given.carried.context, askOf(own), isHandOff ? given.clock : null);
      holdings[givenTo(i)][stage] = given.carried.hold(reading);
      const another = rule.carries === "latent" ? handed[i + 1].carried.context : null;
      const right = async (question: Question, context = given.carried.context): Promise<boolean> =>
        isExactMatch((await reader.ask(context, askOf(question), null)).answer, question);
      const forProbe = carrier.seesQuestion
        ? (await deliver(run, { holdings: holdings[i], task: tasks[i], hop: at + 1, stage, question: probe }))
            .carried.context
        : given.carried.context;
      hops.push({
        hop: at + 1,
        to: graph.names[stage],
        wireBytes: given.wireBytes,
        ...counts(reading, isHandOff),
        outcome: given.carried.outcome,
        own: isExactMatch(reading.answer, own),
        probe: await right(probe, forProbe),
        ownOfAnother: another === null ? null : await right(own, another),
        probeOfAnother: another === null ? null : await right(probe, another),
        times: isHandOff ? given.clock.times : null,
        crossing: given.carried.crossing,
      });
      await pause();
    }
    // The stranger goes on as well: its receiver reads what it got.
    const last = handed[counted];
    if (givenTo(counted - 1) !== counted) {
      const reading = await reader.ask(last.carried.context, askOf(tasks[counted].hops[at].own), null);
      holdings[counted][stage] = last.carried.hold(reading);
    }
    yield hops;
  }
}

/** What a receiver got from its predecessors. */
interface Arrival {
  /** Of the carrier, the first of them. */
  readonly carried: HandedOver;
  /** Of all of them. */
  readonly wireBytes: number;
  /** The times of the carrier's message. */
  readonly clock: StepClock;
}

/** Hands over to one stage: each predecessor sends, since none knows what the others send. */
async function deliver(
  { graph, carrier, nowS }: ArmRun,
  {
    holdings,
    task,
    hop,
    stage,
    question = task.hops[hop - 1].own,
  }: {
    readonly holdings: readonly Holding[];
    readonly task: MeasuredTask;
    readonly hop: number;
    readonly stage: number;
    readonly question?: Question;
  },
): Promise<Arrival> {
  const clock = createStepClock(nowS);
  const handed: HandedOver[] = [];
  for (const [i, from] of graph.predecessors[stage].entries()) {
    const route = {
      task: task.index,
      from: graph.names[from],
      to: graph.names[stage],
      sequence: hop * graph.names.length + i,
    };
    handed.push(
      await carrier.handOver(holdings[from], {
        route,
        ask: askOf(question),
        clock: i === 0 ? clock : createStepClock(nowS),
      }),
    );
  }
  return {
    carried: handed[0],
    wireBytes: handed.reduce((sum, { crossing }) => sum + crossing.wireBytes, 0),
    clock,
  };
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
