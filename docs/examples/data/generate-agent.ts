// Makes the small agent inputs of this folder, so that every command of the guide runs on a fresh clone:
//   npx tsx docs/examples/data/generate-agent.ts
// They are made up from a seed, in the shape that real systems write; nobody's texts are in them.
import { writeFileSync } from "node:fs";
import { createStream } from "#core";

const SEED = 20;
/** 2026-03-02T09:00:00Z. */
const START_MS = 1_772_442_000_000;

const agents = ["planner", "researcher", "writer", "critic"] as const;
type Agent = (typeof agents)[number];

/** One call of a model: what it read, of this from the cache, and what it wrote. */
interface Call {
  readonly agent: Agent;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly firstTokenMs: number;
  readonly lastsMs: number;
  readonly tool: string | null;
}

/** A cache finds whole blocks of so many tokens, from 1,024 on. */
const BLOCK = 128;
/** Tokens of an agent's own prompt and tools. */
const prompts: Readonly<Record<Agent, number>> = { planner: 620, researcher: 1480, writer: 540, critic: 410 };
const outputs: Readonly<Record<Agent, number>> = { planner: 180, researcher: 240, writer: 520, critic: 150 };

/**
 * Returns the calls of a conversation. The planner hands the question on, the researcher searches in two or three steps and each
 * time reads again what it had, the writer reads the findings, and the critic sends some drafts back once.
 */
function conversation(run: number): readonly Call[] {
  const random = createStream(SEED, "agent-example");
  let shared = 400 + random.integer(900, run, 0);
  const calls: Call[] = [];
  const own = new Map<Agent, number>();
  const speak = (agent: Agent, tool: string | null): void => {
    const step = calls.length + 1;
    const seen = own.get(agent) ?? 0;
    const input = prompts[agent] + shared;
    const hit = seen >= 1024 && random.uniform(run, step, 1) < 0.85 ? seen - (seen % BLOCK) : 0;
    const output = Math.round(outputs[agent] * (0.6 + 0.8 * random.uniform(run, step, 2)));
    const firstTokenMs = Math.round(180 + 0.21 * (input - hit) + 90 * random.uniform(run, step, 3));
    const lastsMs = firstTokenMs + Math.round(output * (14 + 3 * random.uniform(run, step, 4)));
    calls.push({ agent, input, cached: hit, output, firstTokenMs, lastsMs, tool });
    own.set(agent, input);
    // What a tool found is read by whoever comes next.
    shared += output + (tool === null ? 0 : 300 + random.integer(1200, run, step, 5));
  };
  speak("planner", null);
  for (let i = 0; i < 2 + random.integer(2, run, 99); i++)
    speak("researcher", i === 0 ? "web_search" : "read_page");
  speak("writer", null);
  speak("critic", null);
  if (random.uniform(run, 98) < 0.5) {
    speak("writer", null);
    speak("critic", null);
  }
  speak("planner", null);
  return calls;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const nanos = (ms: number): string => `${ms}000000`;

function attributes(values: Readonly<Record<string, string | number>>): readonly object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === "string"
        ? { stringValue: value }
        : Number.isInteger(value)
          ? { intValue: String(value) }
          : { doubleValue: value },
  }));
}

/** Returns an OTLP/JSON export of 12 conversations: workflow, agents, calls and tools, by today's GenAI conventions. */
export function agentOtel(): string {
  let next = 1;
  const spans: object[] = [];
  for (let run = 0; run < 12; run++) {
    const traceId = hex(0xb0a000 + run, 32);
    const rootId = hex(next++, 16);
    const startMs = START_MS + 60_000 * run;
    const span = (
      name: string,
      spanId: string,
      parentSpanId: string,
      from: number,
      to: number,
      values: object,
    ): void => {
      spans.push({
        traceId,
        spanId,
        parentSpanId,
        name,
        kind: 1,
        startTimeUnixNano: nanos(from),
        endTimeUnixNano: nanos(to),
        attributes: attributes(values as Readonly<Record<string, string | number>>),
      });
    };
    let nowMs = startMs + 20;
    let agentId = "";
    let speaker: Agent | null = null;
    let agentFrom = nowMs;
    const endAgent = (): void => {
      if (speaker === null) return;
      const names = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": speaker };
      span(`invoke_agent ${speaker}`, agentId, rootId, agentFrom, nowMs, names);
    };
    for (const call of conversation(run)) {
      if (call.agent !== speaker) {
        endAgent();
        speaker = call.agent;
        agentId = hex(next++, 16);
        agentFrom = nowMs;
      }
      const from = nowMs + 5;
      span("chat example-model", hex(next++, 16), agentId, from, from + call.lastsMs, {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "example-model",
        "gen_ai.usage.input_tokens": call.input,
        "gen_ai.usage.cache_read.input_tokens": call.cached,
        "gen_ai.usage.output_tokens": call.output,
        "gen_ai.response.time_to_first_chunk": call.firstTokenMs / 1000,
      });
      nowMs = from + call.lastsMs + 5;
      if (call.tool === null) continue;
      const values = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": call.tool };
      span(`execute_tool ${call.tool}`, hex(next++, 16), agentId, nowMs, nowMs + 300, values);
      nowMs += 310;
    }
    endAgent();
    span("answer question", rootId, "", startMs, nowMs + 10, {
      "gen_ai.conversation.id": `question-${run + 1}`,
    });
  }
  const scope = { name: "example.agents", version: "1.0.0" };
  const resource = { attributes: attributes({ "service.name": "research-assistant" }) };
  const around = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [] }] }] });
  // A span a line, to be read by people too.
  return `${around.replace('"spans":[]', () => `"spans":[\n${spans.map((one) => JSON.stringify(one)).join(",\n")}\n]`)}\n`;
}

/** Returns 20 runs of the same agents as a multi-agent transcript: who said how much. */
export function agentTranscript(): string {
  const lines = Array.from({ length: 20 }, (_, run) => {
    const turns = conversation(100 + run).map(({ agent, output }) => ({
      agent,
      role: "assistant",
      chars: Math.round(4.3 * output),
      tokens_o200k: output,
    }));
    return JSON.stringify({ run_id: `run-${run + 1}`, question_tokens: 40 + 3 * run, turns });
  });
  return `${lines.join("\n")}\n`;
}

/** Returns 300 requests in Mooncake's format, a workload for a fleet: users who ask again send their earlier blocks too. */
export function agentRequests(): string {
  const random = createStream(SEED, "agent-example-requests");
  const blocksOf = new Map<number, number[]>();
  let nextBlock = 0;
  let timestamp = 0;
  const lines = Array.from({ length: 300 }, (_, i) => {
    timestamp += Math.round(-2600 * Math.log(1 - random.uniform(i, 0)));
    const user = random.integer(40, i, 1);
    const input = 700 + random.integer(5200, i, 2);
    const known = blocksOf.get(user) ?? [];
    const blocks = Array.from({ length: Math.ceil(input / 512) }, (_block, at) => known[at] ?? nextBlock++);
    blocksOf.set(user, blocks.length > known.length ? blocks : known);
    const output = 60 + random.integer(340, i, 3);
    return JSON.stringify({ timestamp, input_length: input, output_length: output, hash_ids: blocks });
  });
  return `${lines.join("\n")}\n`;
}

/** The files of this folder that are made here. */
export const agentExamples: Readonly<Record<string, () => string>> = {
  "agent-otel.json": agentOtel,
  "agent-transcript.jsonl": agentTranscript,
  "agent-requests.jsonl": agentRequests,
};

if (process.argv[1]?.endsWith("generate-agent.ts")) {
  for (const [name, make] of Object.entries(agentExamples))
    writeFileSync(new URL(name, import.meta.url), make());
}
