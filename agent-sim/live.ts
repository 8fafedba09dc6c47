// A pipeline that runs for ever, for people to watch: frames, hand-offs told step by step, and KPIs as they grow.
import {
  formulaTexts,
  type HandOffReport,
  type KpiRow,
  type LiveFormulas,
  liveFormulas,
  poolWithFormulas,
  type StepLabels,
  type UnitResult,
} from "#core";
import { costFigures } from "./cost/figures.ts";
import { nextAtS } from "./event-queue.ts";
import { requireArm } from "./hand-off/arm-lists.ts";
import { agentEnds, armRules } from "./hand-off/arms.ts";
import { describeSteps } from "./hand-off/steps.ts";
import { agentMetrics, armKind } from "./metrics/agent-metrics.ts";
import { taskUnits } from "./metrics/task-units.ts";
import type { HopPart, HopPlan } from "./pipeline/plan.ts";
import { createTaskSource } from "./pipeline/task.ts";
import type { AgentScenario } from "./scenario.ts";
import { type AgentState, createAgentState, type Span } from "./state.ts";
import { type AgentParams, createAgentParams, startAgents, stepAgents } from "./step.ts";
import { readScenarioWorkload } from "./workload/read-workload.ts";

/**
 * What a stage does, by number in a frame. `receiving`: its agent is free and a message is on the way to it; `sending`:
 * it writes a generated summary, or is free while its message is on the way.
 */
export const agentStagePhases = ["idle", "receiving", "prefilling", "decoding", "sending"] as const;
const PHASE = { idle: 0, receiving: 1, prefill: 2, decode: 3, compress: 4, sending: 4 } as const;

/** The pipeline at one moment. Progress is the share of its phase, or of its way, that is over. */
export interface AgentFrame {
  readonly timeS: number;
  readonly tasksDone: number;
  /** [stage] index of {@link agentStagePhases} */
  readonly stagePhase: Uint8Array;
  /** [stage] 0..1; 0 when idle */
  readonly stageProgress: Float32Array;
  /** [edge] 0..1, or -1 when nothing is on the way */
  readonly edgeProgress: Float32Array;
  /** [stage] tokens prefilled since the start, those of the prefill under way included */
  readonly stageTokensRead: Float64Array;
}

export interface AgentLive {
  readonly layout: {
    readonly stages: readonly { readonly name: string; readonly role: string }[];
    /** Those of the scenario; for `single`, which passes from stage to stage in one agent, their chain. */
    readonly edges: readonly (readonly [from: number, to: number])[];
  };
  readonly steps: StepLabels;
  /** Runs on by `dtS` simulated seconds. */
  advance(dtS: number): void;
  frame(): AgentFrame;
  /** Returns what was handed over since the last call, a report for each hop (its carrier's), oldest first. */
  takeReports(): HandOffReport<"agent">[];
  readonly formulas: LiveFormulas;
  /** Returns the KPIs of the newest {@link liveTasks} finished tasks, those of {@link formulas} last; [] before the first is done. */
  kpis(): readonly KpiRow<"agent">[];
}

/** Tasks that live KPIs are made of: enough for an interval, few enough to resample while people watch. */
export const liveTasks = 200;

/** Reports that are kept when nobody takes them. */
const MOST_REPORTS = 256;

/**
 * Returns a pipeline in which tasks of seed `firstSeed` follow each other for ever. Its numbers are those of
 * `createAgentExperiment` for the same tasks without a fleet. Rejects with BadInputError for an unknown arm or unusable workload.
 */
export async function createAgentLive(options: {
  readonly scenario: AgentScenario;
  readonly arm: string;
  readonly firstSeed: number;
  /** KPIs of the user's own beside those of the scenario, each `name = expression`. */
  readonly kpis?: readonly string[];
}): Promise<AgentLive> {
  const { scenario, firstSeed } = options;
  const arm = requireArm(options.arm);
  const workload = readScenarioWorkload(scenario);
  const params = createAgentParams({
    source: await createTaskSource(scenario, workload),
    figures: costFigures(scenario),
    arm,
    seed: firstSeed,
    tasks: Number.POSITIVE_INFINITY,
    withHeads: true,
  });
  const state = createAgentState(scenario.stages.length, params.edges.length);
  startAgents(params, state);
  const steps = describeSteps(scenario, arm);
  const metrics = agentMetrics;
  const formulas = await liveFormulas([...formulaTexts(scenario.kpis), ...(options.kpis ?? [])], metrics);
  let reports: HandOffReport<"agent">[] = [];
  let finished: (readonly UnitResult<"agent">[])[] = [];
  let rows: { readonly tasksDone: number; readonly rows: readonly KpiRow<"agent">[] } = {
    tasksDone: 0,
    rows: [],
  };
  let nowS = 0;
  return {
    layout: { stages: scenario.stages.map(({ name, role }) => ({ name, role })), edges: params.edges },
    steps,
    formulas,
    advance(dtS) {
      if (!(dtS >= 0 && Number.isFinite(dtS))) throw new RangeError(`dtS must be at least 0, got ${dtS}`);
      nowS += dtS;
      while (nextAtS(state) <= nowS) {
        for (const event of stepAgents(params, state) ?? []) {
          if (event.type === "hand-off") {
            reports.push(
              ...event.hop.parts
                .filter(({ isCarrier }) => isCarrier)
                .map((part) => createReport(params, steps, event, part)),
            );
            if (reports.length > MOST_REPORTS) reports = reports.slice(-MOST_REPORTS);
          } else {
            const task = `seed=${firstSeed}/task=${event.plan.task.index}`;
            finished.push(
              taskUnits(event, { scenario: scenario.name, group: task, ...armKind(arm, scenario) }),
            );
            if (finished.length > liveTasks) finished = finished.slice(-liveTasks);
          }
        }
      }
    },
    frame: () => createFrame(params, state, nowS),
    takeReports() {
      const taken = reports;
      reports = [];
      return taken;
    },
    kpis() {
      if (rows.tasksDone !== state.tasksDone) {
        const experiment = { name: "agent-live", domain: "agent", kind: "simulated", metrics } as const;
        rows = {
          tasksDone: state.tasksDone,
          rows: poolWithFormulas(
            experiment,
            formulas,
            finished.map(([pooled]) => pooled),
          ),
        };
      }
      return rows.rows;
    },
  };
}

function createReport(
  { arm, source }: AgentParams,
  steps: StepLabels,
  event: { readonly atS: number; readonly task: number; readonly hop: HopPlan },
  { message, from, linkS }: HopPart,
): HandOffReport<"agent"> {
  const { to } = event.hop;
  const { names } = source.scenario.graph;
  const { carries, end } = armRules[arm];
  const sent = carries !== "nothing";
  return {
    domain: "agent",
    arm,
    entity: event.task,
    from: names[from],
    to: names[to],
    timeS: event.atS,
    compress: {
      label: steps.compress,
      inputBytes: message.inputBytes,
      outputBytes: message.wireBytes - message.headerBytes,
    },
    transport: {
      label: steps.transport,
      bytes: message.wireBytes,
      headerBytes: message.headerBytes,
      delayMs: sent ? linkS * 1000 : null,
    },
    project: { label: steps.project, rereadTokens: event.hop.rereadTokens },
    // A cache that holds no full block of what was read is no hit, and links lose nothing here.
    end: end.because === "cacheHit" && event.hop.cachedTokens === 0 ? agentEnds.reread : end,
    payloadHead: message.head,
  };
}

function createFrame(params: AgentParams, state: AgentState, nowS: number): AgentFrame {
  const stageCount = state.work.length;
  const stagePhase = new Uint8Array(stageCount);
  const stageProgress = new Float32Array(stageCount);
  const stageTokensRead = Float64Array.from(state.tokensRead);
  const edgeProgress = Float32Array.from(state.transit, (span) =>
    span === null ? -1 : shareOver(span, nowS),
  );
  const free = (stage: number): boolean => state.work[stage] === null;
  const show = (stage: number, phase: number, progress: number): void => {
    stagePhase[stage] = phase;
    stageProgress[stage] = progress;
  };
  for (const [edge, [from, to]] of params.edges.entries()) {
    if (edgeProgress[edge] < 0) continue;
    if (free(from)) show(from, PHASE.sending, edgeProgress[edge]);
    if (free(to)) show(to, PHASE.receiving, edgeProgress[edge]);
  }
  for (const [stage, work] of state.work.entries()) {
    if (work === null) continue;
    const progress = shareOver(work, nowS);
    show(stage, PHASE[work.phase], progress);
    if (work.phase === "prefill") {
      const { plan } = state.active.get(work.task) as NonNullable<ReturnType<AgentState["active"]["get"]>>;
      stageTokensRead[stage] += Math.floor(progress * plan.stages[stage].prefillTokens);
    }
  }
  return {
    timeS: nowS,
    tasksDone: state.tasksDone,
    stagePhase,
    stageProgress,
    edgeProgress,
    stageTokensRead,
  };
}

function shareOver({ fromS, toS }: Span, nowS: number): number {
  return toS <= fromS ? 1 : Math.min(1, Math.max(0, (nowS - fromS) / (toS - fromS)));
}
