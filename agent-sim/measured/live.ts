// The pipeline through the language model, for ever, for people to watch: every hop really encodes, sends, decodes, reads and answers.
import {
  formulaTexts,
  type HandOffReport,
  type KpiRow,
  liveFormulas,
  poolWithFormulas,
  requireName,
  type UnitResult,
} from "#core";
import { measuredLiveArms, requireMeasuredArm } from "../hand-off/arm-lists.ts";
import { armRules } from "../hand-off/arms.ts";
import { openHandOffs } from "../hand-off/exchange.ts";
import type { Source } from "../hand-off/holding.ts";
import type { MeasuredModel } from "../hand-off/latents.ts";
import { factVocabulary } from "../hand-off/prompt.ts";
import { type AgentFrame, type AgentLive, agentStagePhases, liveTasks } from "../live.ts";
import { agentArmName } from "../pipeline/former-arms.ts";
import type { AgentScenario } from "../scenario.ts";
import { reportOf } from "./live-steps.ts";
import { measuredMetrics } from "./metrics.ts";
import { readSource } from "./read-source.ts";
import { createReader } from "./reader.ts";
import { requireRead, requireRunnable } from "./requirements.ts";
import { type HopRun, runHops } from "./run-arm.ts";
import { drawMeasuredTask, type MeasuredTask } from "./task.ts";
import { measuredUnits } from "./units.ts";

/** The same as a pipeline by formula, but that it takes as long as the model does. */
export interface MeasuredLive extends Omit<AgentLive, "advance"> {
  /**
   * Runs on by `dtS` seconds of the stage's pace; by less where the next hop would come sooner than {@link mostHopsPerS} lets it.
   */
  advance(dtS: number): Promise<void>;
}

/** Hops a second of the clock, at most: whatever the speed, the rest of the machine keeps its share. */
export const mostHopsPerS = 4;

/**
 * Seconds on the stage, a pace for people and no result: how long the first stage is seen to read, and a message, a reading and an
 * answer are. What a clock said of the same steps is in the rows.
 */
const paceS = { firstReading: 0.5, way: 0.5, prefill: 0.3, decode: 0.4 } as const;

const PHASE = {
  receiving: agentStagePhases.indexOf("receiving"),
  prefilling: agentStagePhases.indexOf("prefilling"),
  decoding: agentStagePhases.indexOf("decoding"),
  sending: agentStagePhases.indexOf("sending"),
};

/** A stretch of the pace in which a stage does one thing. */
interface Scene {
  readonly stage: number;
  readonly does: "reads first" | "receives" | "prefills" | "decodes";
  readonly fromS: number;
  readonly toS: number;
  /** The hop, once the model has run it; null while the first stage reads. */
  readonly hop: HopRun | null;
}

/** A task under way. */
interface Performance {
  readonly own: Drawn;
  readonly next: AsyncGenerator<readonly HopRun[]>;
  readonly hops: HopRun[];
}

/**
 * Returns a pipeline in which documents of seed `firstSeed`, with the first number of facts that the scenario names, follow each
 * other for ever, each of them beside the next one as its stranger. `nowS` is a clock in seconds. Its answers, tokens and bytes are those of `createMeasuredExperiment` for the same
 * documents. Throws BadInputError for an unknown arm, one that cannot be watched, one whose encoder the model lacks, and for a
 * scenario that a measured run does not read.
 */
export async function createMeasuredLive(options: {
  readonly scenario: AgentScenario;
  readonly arm: string;
  readonly firstSeed: number;
  readonly measured: MeasuredModel;
  readonly nowS: () => number;
  /** KPIs of the user's own beside those of the scenario, each `name = expression`. */
  readonly kpis?: readonly string[];
}): Promise<MeasuredLive> {
  const { scenario, firstSeed: seed, measured, nowS: clockS } = options;
  const arm = requireMeasuredArm(
    requireName(
      "unknown-arm",
      "agent arm to watch",
      agentArmName(options.arm),
      measuredLiveArms.map(({ name }) => name),
    ),
  );
  requireRunnable(measured, [arm]);
  requireRead(scenario, { text: false });
  const { graph } = scenario;
  const reader = createReader(measured.model, factVocabulary);
  const [training] = armRules[arm].carries === "latent" ? scenario.measured.trainingSeeds : [null];
  const [facts] = scenario.measured.facts;
  const handOffs = await openHandOffs({
    ...{ reader, scenario, measured, seed, facts, arm, training },
    // Only arms that cannot be watched look at all documents beforehand.
    sources: [],
  });
  const edges = graph.predecessors.flatMap((before, to) => before.map((from) => [from, to] as const));
  const { steps } = handOffs;
  const texts = [...formulaTexts(scenario.kpis), ...(options.kpis ?? [])];
  const formulas = await liveFormulas(texts, measuredMetrics);
  const tokensRead = new Float64Array(graph.names.length);
  let timeS = 0;
  let lastHopAtS = Number.NEGATIVE_INFINITY;
  let tasksDone = 0;
  let performance: Performance | null = null;
  let scene: Scene | null = null;
  let stranger: Drawn | null = null;
  let reports: HandOffReport<"agent">[] = [];
  let finished: UnitResult<"agent">[] = [];
  let rows: { readonly tasksDone: number; readonly rows: readonly KpiRow<"agent">[] } = {
    tasksDone: 0,
    rows: [],
  };

  const draw = async (index: number): Promise<Drawn> => {
    const task = drawMeasuredTask(graph, { seed, facts, index });
    return { task, ...(await readSource(reader, { entity: index, document: task.document }, clockS)) };
  };
  const beginTask = async (): Promise<Performance> => {
    const own = stranger ?? (await draw(tasksDone));
    stranger = await draw(own.task.index + 1);
    const run = { graph, reader, handOffs, nowS: clockS, pause: () => Promise.resolve() };
    const next = runHops(run, [own.task, stranger.task], [own.source, stranger.source]);
    return { own, next, hops: [] };
  };
  const endTask = ({ own: { task, readS }, hops }: Performance): void => {
    finished.push(measuredUnits({ task, arm, training, hops, readS }, scenario.name)[0]);
    if (finished.length > liveTasks) finished = finished.slice(-liveTasks);
    tasksDone++;
  };
  /** Returns what follows `before`; null where the next hop would come too soon by the clock. */
  const sceneAfter = async (before: Scene | null): Promise<Scene | null> => {
    const fromS = before?.toS ?? 0;
    if (before?.does === "receives")
      return { ...before, does: "prefills", fromS, toS: fromS + paceS.prefill };
    if (before?.does === "prefills") return { ...before, does: "decodes", fromS, toS: fromS + paceS.decode };
    if (clockS() - lastHopAtS < 1 / mostHopsPerS) return null;
    lastHopAtS = clockS();
    if (performance !== null && performance.hops.length === graph.receivers.length) {
      endTask(performance);
      performance = null;
    }
    if (performance === null) {
      performance = await beginTask();
      const [stage] = graph.entries;
      return { stage, does: "reads first", fromS, toS: fromS + paceS.firstReading, hop: null };
    }
    const [hop] = (await performance.next.next()).value as readonly HopRun[];
    const stage = graph.receivers[performance.hops.length];
    performance.hops.push(hop);
    return { stage, does: "receives", fromS, toS: fromS + paceS.way, hop };
  };
  /** Does what the end of a scene brings. */
  const close = ({ stage, does, toS, hop }: Scene): void => {
    const { own } = performance as Performance;
    if (does === "reads first") tokensRead[stage] += own.task.document.tokens.length;
    if (hop === null) return;
    if (does === "prefills") tokensRead[stage] += hop.prefillTokens;
    if (does === "receives") {
      const from = graph.names[graph.predecessors[stage][0]];
      const { layers, kvHeads, headSize, width } = reader.model.shape;
      const cacheBytes = own.source.cache.tokens * layers * 2 * kvHeads * headSize * 4;
      const stateBytes = own.task.document.tokens.length * width * 4;
      const bytes = { cacheBytes, stateBytes, textBytes: own.task.document.text.length };
      reports.push(reportOf(hop, { arm, steps, from, task: own.task.index, timeS: toS, bytes }));
      if (reports.length > liveTasks) reports = reports.slice(-liveTasks);
    }
  };
  const frame = (): AgentFrame => {
    const stagePhase = new Uint8Array(graph.names.length);
    const stageProgress = new Float32Array(graph.names.length);
    const edgeProgress = new Float32Array(edges.length).fill(-1);
    if (scene !== null) {
      const { stage, does, fromS, toS } = scene;
      const progress = Math.min(1, Math.max(0, (timeS - fromS) / (toS - fromS)));
      const show = (at: number, phase: number): void => {
        stagePhase[at] = phase;
        stageProgress[at] = progress;
      };
      if (does === "receives") {
        show(stage, PHASE.receiving);
        for (const [edge, [from, to]] of edges.entries()) {
          if (to !== stage) continue;
          edgeProgress[edge] = progress;
          show(from, PHASE.sending);
        }
      } else show(stage, does === "decodes" ? PHASE.decoding : PHASE.prefilling);
    }
    const stageTokensRead = Float64Array.from(tokensRead);
    return { timeS, tasksDone, stagePhase, stageProgress, edgeProgress, stageTokensRead };
  };
  return {
    layout: { stages: scenario.stages.map(({ name, role }) => ({ name, role })), edges },
    steps,
    formulas,
    async advance(dtS) {
      if (!(dtS >= 0 && Number.isFinite(dtS))) throw new RangeError(`dtS must be at least 0, got ${dtS}`);
      const untilS = timeS + dtS;
      while (scene === null || scene.toS <= untilS) {
        // What a scene brings is done once, also where the next one has to wait.
        if (scene !== null && timeS < scene.toS) {
          timeS = scene.toS;
          close(scene);
        }
        const next = await sceneAfter(scene);
        if (next === null) return;
        scene = next;
      }
      timeS = untilS;
    },
    frame,
    takeReports() {
      const taken = reports;
      reports = [];
      return taken;
    },
    kpis() {
      if (rows.tasksDone !== tasksDone) {
        const experiment = { name: "agent-live", domain: "agent", kind: "measured" } as const;
        const own = { ...experiment, metrics: measuredMetrics };
        rows = { tasksDone, rows: poolWithFormulas(own, formulas, finished) };
      }
      return rows.rows;
    },
  };
}

interface Drawn {
  readonly task: MeasuredTask;
  readonly source: Source;
  readonly readS: number;
}
