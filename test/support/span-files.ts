// One small system of three agents, as different exporters write it down.

/** A span, or a run of LangSmith, before it is written in a format. */
export interface PlainSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly operation?: "chat" | "invoke_agent" | "execute_tool";
  readonly agent?: string;
  readonly conversation?: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly firstTokenMs?: number;
  /** Of a call; default one whose own interface counts the cache within the input. */
  readonly provider?: string;
}

const T0 = 1_750_000_000_000;
const hex = (text: string, digits: number): string => Buffer.from(text).toString("hex").padStart(digits, "0");

/**
 * Planner (reads 1000, writes 100), writer (reads 1500, 900 of them cached, writes 50; then 1600, 1550 cached, writes 60),
 * planner again (reads 1400, writes 20). Agents are named on the spans above the calls; those have sums.
 */
export const smallSystem: readonly PlainSpan[] = [
  { trace: "t1", id: "root", startMs: 0, endMs: 100, conversation: "talk" },
  {
    trace: "t1",
    id: "p",
    parent: "root",
    operation: "invoke_agent",
    agent: "planner",
    startMs: 1,
    endMs: 20,
    input: 1000,
    output: 100,
  },
  {
    trace: "t1",
    id: "p1",
    parent: "p",
    operation: "chat",
    startMs: 2,
    endMs: 10,
    input: 1000,
    output: 100,
    cacheRead: 0,
    firstTokenMs: 3,
  },
  {
    trace: "t1",
    id: "w",
    parent: "root",
    operation: "invoke_agent",
    agent: "writer",
    startMs: 21,
    endMs: 60,
    input: 3100,
    output: 110,
  },
  {
    trace: "t1",
    id: "w1",
    parent: "w",
    operation: "chat",
    startMs: 22,
    endMs: 30,
    input: 1500,
    output: 50,
    cacheRead: 900,
    firstTokenMs: 5,
  },
  { trace: "t1", id: "tool", parent: "w", operation: "execute_tool", startMs: 31, endMs: 40 },
  {
    trace: "t1",
    id: "w2",
    parent: "w",
    operation: "chat",
    startMs: 41,
    endMs: 50,
    input: 1600,
    output: 60,
    cacheRead: 1550,
    firstTokenMs: 1,
  },
  {
    trace: "t1",
    id: "q",
    parent: "root",
    operation: "invoke_agent",
    agent: "planner",
    startMs: 61,
    endMs: 90,
    input: 1400,
    output: 20,
  },
  {
    trace: "t1",
    id: "q1",
    parent: "q",
    operation: "chat",
    startMs: 62,
    endMs: 70,
    input: 1400,
    output: 20,
    cacheRead: 0,
    firstTokenMs: 7,
  },
];

/** Names of the attributes that an exporter writes. */
export interface AttributeStyle {
  readonly input: string;
  readonly output: string;
  readonly cacheRead: string;
  readonly provider: string;
}

export const today: AttributeStyle = {
  input: "gen_ai.usage.input_tokens",
  output: "gen_ai.usage.output_tokens",
  cacheRead: "gen_ai.usage.cache_read.input_tokens",
  provider: "gen_ai.provider.name",
};

export const before127: AttributeStyle = {
  input: "gen_ai.usage.prompt_tokens",
  output: "gen_ai.usage.completion_tokens",
  cacheRead: "gen_ai.usage.cache_read_input_tokens",
  provider: "gen_ai.system",
};

function attributes(span: PlainSpan, style: AttributeStyle): Record<string, string | number> {
  const all = {
    "gen_ai.operation.name": span.operation,
    "gen_ai.agent.name": span.agent,
    "gen_ai.conversation.id": span.conversation,
    [style.provider]: span.operation === "chat" ? (span.provider ?? "openai") : undefined,
    [style.input]: span.input,
    [style.output]: span.output,
    [style.cacheRead]: span.cacheRead,
    "gen_ai.usage.cache_creation.input_tokens": span.cacheWrite,
    "gen_ai.response.time_to_first_chunk":
      span.firstTokenMs === undefined ? undefined : span.firstTokenMs / 1000,
    "gen_ai.input.messages": span.operation === "chat" ? '[{"role":"user","parts":[]}]' : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >;
}

const nanos = (ms: number): string => `${T0 + ms}000000`;

/** The span in OTLP/JSON; integers are texts, as protobuf's mapping has them, or numbers. */
export function otlpSpan(
  span: PlainSpan,
  style = today,
  integers: "text" | "number" = "text",
): Record<string, unknown> {
  return {
    traceId: hex(span.trace, 32),
    spanId: hex(span.id, 16),
    parentSpanId: span.parent === undefined ? "" : hex(span.parent, 16),
    name: span.operation ?? "request",
    kind: 3,
    startTimeUnixNano: nanos(span.startMs),
    endTimeUnixNano: nanos(span.endMs),
    attributes: Object.entries(attributes(span, style)).map(([key, value]) => ({
      key,
      value:
        typeof value === "string"
          ? { stringValue: value }
          : Number.isInteger(value)
            ? { intValue: integers === "text" ? String(value) : value }
            : { doubleValue: value },
    })),
    status: {},
  };
}

/** An export of OTLP/JSON with the spans in one scope. */
export function otlpExport(spans: readonly Record<string, unknown>[]): Record<string, unknown> {
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "app" } }] },
        scopeSpans: [{ scope: { name: "genai" }, spans }],
      },
    ],
  };
}

/** The span as the console exporter of the Python SDK writes it. */
export function consoleSpan(span: PlainSpan, style = today): Record<string, unknown> {
  const iso = (ms: number): string => new Date(T0 + ms).toISOString().replace("Z", "000Z");
  return {
    name: span.operation ?? "request",
    context: { trace_id: `0x${hex(span.trace, 32)}`, span_id: `0x${hex(span.id, 16)}`, trace_state: "[]" },
    kind: "SpanKind.CLIENT",
    parent_id: span.parent === undefined ? null : `0x${hex(span.parent, 16)}`,
    start_time: iso(span.startMs),
    end_time: iso(span.endMs),
    status: { status_code: "UNSET" },
    attributes: attributes(span, style),
    events: [],
    links: [],
    resource: { attributes: { "service.name": "app" }, schema_url: "" },
  };
}

/** The run as LangSmith exports it. Parents of calls have the sums of their tokens. */
export function langsmithRun(span: PlainSpan): Record<string, unknown> {
  const iso = (ms: number): string => new Date(T0 + ms).toISOString().replace("Z", "");
  const isCall = span.operation === "chat";
  return {
    id: span.id,
    name: span.operation ?? "LangGraph",
    trace_id: span.parent === undefined ? span.id : "root",
    parent_run_id: span.parent ?? null,
    run_type: isCall ? "llm" : span.operation === "execute_tool" ? "tool" : "chain",
    start_time: iso(span.startMs),
    end_time: iso(span.endMs),
    first_token_time: span.firstTokenMs === undefined ? null : iso(span.startMs + span.firstTokenMs),
    prompt_tokens: span.input ?? 0,
    completion_tokens: span.output ?? 0,
    total_tokens: (span.input ?? 0) + (span.output ?? 0),
    prompt_token_details: span.cacheRead === undefined ? null : { cache_read: span.cacheRead },
    extra: {
      metadata: {
        ...(span.agent === undefined ? {} : { langgraph_node: span.agent }),
        ...(span.conversation === undefined ? {} : { thread_id: span.conversation }),
        ...(isCall ? { ls_provider: span.provider ?? "openai" } : {}),
      },
    },
    inputs: { messages: ["text"] },
    outputs: { text: "é" },
    error: null,
  };
}
