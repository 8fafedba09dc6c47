// One task: its document and the lengths of what its stages say, drawn from the seed.
import { createStream, type RandomStream } from "#core";
import { loadTokenizer, type Tokenizer } from "../hand-off/tokenizer.ts";
import type { AgentScenario } from "../scenario.ts";
import { generateDocument, type TokenizedText } from "../workload/document.ts";
import type { RequestWorkload } from "../workload/request-workload.ts";

export interface Task {
  readonly seed: number;
  /** Counts the tasks of a seed from 0. */
  readonly index: number;
  readonly document: TokenizedText;
  /** [stage] */
  readonly outputTokens: readonly number[];
  /** Exponential with mean 1, for scenarios with open arrivals. */
  readonly arrivalDraw: number;
}

/** What all tasks of a run share. */
export interface TaskSource {
  readonly scenario: AgentScenario;
  readonly tokenizer: Tokenizer;
  /** [stage] */
  readonly roleTokens: readonly number[];
  /** Null: lengths come from the scenario's distributions. */
  readonly workload: RequestWorkload | null;
  /** Null: every task has a document of its own. */
  readonly givenDocument: TokenizedText | null;
}

/** Returns the source of a scenario's tasks: its tokenizer loaded, its prompts counted. */
export async function createTaskSource(
  scenario: AgentScenario,
  workload: RequestWorkload | null,
): Promise<TaskSource> {
  const tokenizer = await loadTokenizer(scenario.calibration.tokenizer);
  const { text } = scenario.document;
  return {
    scenario,
    tokenizer,
    roleTokens: scenario.stages.map((stage) => stage.roleTokens ?? tokenizer.encode(stage.role).length),
    workload,
    givenDocument: text === undefined ? null : { text, tokens: tokenizer.encode(text) },
  };
}

/**
 * Returns task `index` of `seed`, the same for every arm: its lengths and a document of that length.
 */
export function drawTask(source: TaskSource, seed: number, index: number): Task {
  const { documentTokens: tokens, ...lengths } = drawLengths(source, seed, index);
  const document = source.givenDocument ?? generateDocument(source.tokenizer, { seed, task: index, tokens });
  return { seed, index, document, ...lengths };
}

/** How long a task is, without its text. */
export interface TaskLengths extends Pick<Task, "outputTokens" | "arrivalDraw"> {
  readonly documentTokens: number;
}

/**
 * Returns the lengths of task `index` of `seed`.
 *
 * The target length of a generated document is log-normal with median `document.tokens` and sigma of the logarithm
 * `document.spread`; outputs likewise about each stage's `outputTokens`. Both are kept within a factor of 4 of the
 * median. With a workload, each task takes a request of it, `request` or else one drawn with equal chance: the document
 * has the request's input tokens (a given document stays as it is), and stages that nobody follows generate its output
 * tokens.
 */
export function drawLengths(
  source: Pick<TaskSource, "scenario" | "workload" | "givenDocument">,
  seed: number,
  index: number,
  request?: number,
): TaskLengths {
  const { scenario, workload, givenDocument } = source;
  const random = createStream(seed, "agent-task");
  const taken =
    workload === null ? null : (request ?? random.integer(workload.inputTokens.length, index, STEP.request));
  const documentTokens =
    workload === null || taken === null
      ? logNormal(random, scenario.document.tokens, scenario.document.spread, index, STEP.document)
      : workload.inputTokens[taken];
  const outputTokens = scenario.stages.map((stage, i) =>
    workload !== null && taken !== null && scenario.graph.successors[i].length === 0
      ? Math.max(1, workload.outputTokens[taken])
      : logNormal(random, stage.outputTokens, scenario.outputSpread, index, STEP.output + i),
  );
  return {
    documentTokens: givenDocument?.tokens.length ?? documentTokens,
    outputTokens,
    arrivalDraw: -Math.log(1 - random.uniform(index, STEP.arrival)),
  };
}

/** Which draw of a task is which; stage i has STEP.output + i. */
const STEP = { document: 0, request: 1, arrival: 2, output: 16 } as const;

function logNormal(random: RandomStream, median: number, sigma: number, index: number, step: number): number {
  const factor = Math.exp(sigma * random.normal(index, step));
  return Math.max(1, Math.round(median * Math.min(4, Math.max(0.25, factor))));
}
