/** What a dropped file is, by its content, and the experiment that the command line would make of it. */
import { closeSync, openSync, readFileSync, readSync, renameSync } from "node:fs";
import { extname } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { BadInputError, type Experiment, isGzip, parseYaml, type ShardResult } from "#core";
import type { DroppedKind, DropResult } from "../../drop-line.ts";

export interface Dropped {
  readonly kind: DroppedKind;
  readonly what: string;
  readonly doing: string;
  readonly experiment: Experiment;
  readonly command: string;
  /** What is to be said of the file, known when it has been read. */
  readonly notes: (results: readonly ShardResult[]) => Notes;
}
type Notes = DropResult["notes"];

/** Worlds and their length for a scenario of phones: some seconds of work. */
const shortRan = { worlds: 3, durationS: 20, warmUpS: 5 };
const shortTasks = 10;
const headBytes = 64 << 10;

/**
 * Returns what `name`, a file in the current folder, is. The readers are those of the commands and refuse in their words: a YAML file is
 * a scenario, what `agent import` takes is a trace of agents, all else is for `ran replay`. Throws BadInputError.
 */
export async function recognise(name: string): Promise<Dropped> {
  const head = readHead(name);
  if (isYaml(name, head)) return recogniseScenario(name);
  // Archives hold traces of phones only; a gzip may hold either.
  if (head.startsWith("PK\u0003\u0004")) return recogniseRanTrace(name);
  try {
    return await recogniseAgentTrace(name);
  } catch (error) {
    if (!(error instanceof BadInputError) || error.code !== "trace-format") throw error;
    const isJson = /^\s*[[{]/.test(head.replace(/^\uFEFF/, ""));
    // JSON that is neither is more likely a trace of agents, unless it speaks of radio.
    if (isJson && !/"(?:t_ms|serving|rsrp[\w]*|cell_id)"\s*:/.test(head)) throw error;
    return recogniseRanTrace(name);
  }
}

async function recogniseAgentTrace(name: string): Promise<Dropped> {
  const { createImportExperiment, setAsideSentences } = await import("#agent-sim");
  const { experiment, format, cannotTell } = createImportExperiment(name);
  return {
    kind: "agent-trace",
    what: `a trace of agents (${format})`,
    doing: "counting what its hand-offs cost, and what each arm would change",
    experiment,
    command: `agent import ${quoted(name)}`,
    notes: (results) => {
      const units = results.flatMap((result) => result.units as Parameters<typeof cannotTell>[0]);
      const events = results.flatMap(({ tables }) => tables.events ?? []);
      return [
        { title: "Set aside or read otherwise", lines: setAsideSentences(events) },
        { title: "This trace cannot tell", lines: cannotTell(units, events) },
      ].map(({ title, lines }) => ({ title, lines: [...lines] }));
    },
  };
}

async function recogniseRanTrace(name: string): Promise<Dropped> {
  const { createTraceExperiment } = await import("#ran-sim");
  const experiment = createTraceExperiment(name);
  const isDrive = experiment.name === "ran-drive-test";
  return {
    kind: "ran-trace",
    what: isDrive ? "a drive test" : "traces of several cells",
    doing: isDrive
      ? "replaying it open loop: when each rule would have handed over"
      : "replaying it with every arm, in step on the same links",
    experiment,
    command: `ran replay ${quoted(name)}`,
    notes: () => [{ title: "Read otherwise, or left out", lines: [...experiment.notes] }],
  };
}

async function recogniseScenario(given: string): Promise<Dropped> {
  const document = parseYaml(readFileSync(given, "utf8"), given, "bad-scenario-file");
  // The readers know a file from a built-in name by its ending.
  const name = /\.ya?ml$/.test(given) ? given : `${given}.yaml`;
  if (name !== given) renameSync(given, name);
  refuseFiles(document, name);
  const { ranScenarioSchema } = await import("#ran-sim");
  const { agentScenarioSchema } = await import("#agent-sim");
  const keys = Object.keys(typeof document === "object" && document !== null ? document : {});
  const known = (schema: { readonly shape: object }) => keys.filter((key) => key in schema.shape).length;
  return known(agentScenarioSchema) > known(ranScenarioSchema) ? agentScenario(name) : ranScenario(name);
}

async function ranScenario(name: string): Promise<Dropped> {
  const { createRanExperiment, loadRanScenario } = await import("#ran-sim");
  const scenario = loadRanScenario(name);
  const durationS = Math.min(scenario.durationS, shortRan.durationS);
  const warmUpS = Math.min(scenario.warmUpS, shortRan.warmUpS);
  const seeds = Array.from({ length: shortRan.worlds }, (_, i) => i + 1);
  return {
    kind: "ran-scenario",
    what: "a scenario of phones",
    doing: `running it short: ${shortRan.worlds} worlds of ${durationS} s`,
    experiment: createRanExperiment({ scenario: { ...scenario, durationS, warmUpS }, seeds }),
    command: `ran run ${quoted(name)} --seeds ${shortRan.worlds} --set durationS=${durationS} --set warmUpS=${warmUpS}`,
    notes: () => [shortNote(`ran run ${quoted(name)}`)],
  };
}

async function agentScenario(name: string): Promise<Dropped> {
  const { createAgentExperiment, loadAgentScenario } = await import("#agent-sim");
  const scenario = loadAgentScenario(name);
  const seeds = Array.from({ length: shortTasks }, (_, i) => i + 1);
  return {
    kind: "agent-scenario",
    what: "a scenario of agents",
    doing: `running it short: ${shortTasks} seeds, costs by formula`,
    experiment: createAgentExperiment({ scenario, seeds }),
    command: `agent run ${quoted(name)} --seeds ${shortTasks}`,
    notes: () => [shortNote(`agent run ${quoted(name)}`)],
  };
}

function shortNote(command: string): Notes[number] {
  return {
    title: "Run short",
    lines: [`The whole run, with narrower intervals: npm run -s baton -- ${command}`],
  };
}

/**
 * Throws BadInputError for a scenario that names a file: what was dropped is read, and nothing else on this machine, whoever dropped it.
 */
function refuseFiles(value: unknown, name: string, path: readonly string[] = []): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "file" && typeof inner === "string") {
      throw new BadInputError("bad-parameter", {
        subject: `${name}, ${[...path, key].join(".")}`,
        expected: "no other file in a scenario that is dropped: the page reads what was dropped alone",
        got: JSON.stringify(inner.slice(0, 60)),
        remedy: "run it on the command line, which reads the files that it names",
      });
    }
    refuseFiles(inner, name, [...path, key]);
  }
}

function isYaml(name: string, head: string): boolean {
  if (/^\.ya?ml$/i.test(extname(name))) return true;
  // A key and a colon at the start of a line, which no table and no JSON has.
  const line = head.split("\n").find((text) => text.trim() !== "" && !/^\s*(?:#|---)/.test(text));
  return line !== undefined && /^[A-Za-z]\w*:(?:\s|$)/.test(line);
}

/** Returns the first text of a file, unpacked where it is gzip; what is damaged is for the readers to refuse. */
function readHead(name: string): string {
  const file = openSync(name, "r");
  try {
    const block = Buffer.alloc(headBytes);
    const bytes = block.subarray(0, readSync(file, block, 0, headBytes, 0));
    if (!isGzip(bytes)) return bytes.toString("utf8");
    // A beginning has no end: what it unpacks to so far is enough.
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString("utf8");
  } catch {
    return "";
  } finally {
    closeSync(file);
  }
}

function quoted(name: string): string {
  return /^[\w.+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
