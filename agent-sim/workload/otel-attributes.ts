// Names of the attributes of GenAI spans: of today's semantic conventions first, then those that they replaced or that
// widespread instrumentations write instead. The first one that is there counts.
//
// Sources: OpenTelemetry semantic conventions for generative AI, registry `gen_ai.*` and its deprecated names (1.27 to
// 1.41: prompt_tokens and completion_tokens became input_tokens and output_tokens, system became provider.name);
// OpenLLMetry semantic-conventions-ai (`gen_ai.usage.cache_read_input_tokens`, `llm.usage.*`, `traceloop.*`); OpenInference
// semantic conventions (`llm.token_count.*`, `openinference.span.kind`, `session.id`); Sentry's AI agent spans
// (`gen_ai.usage.input_tokens.cached`); Pydantic AI (`agent_name`, `gen_ai.usage.details.*`); Vercel AI SDK (`ai.usage.*`,
// `ai.response.msToFirstChunk`, `ai.telemetry.functionId`).

export const attributeNames = {
  operation: [
    "gen_ai.operation.name",
    "llm.request.type",
    "openinference.span.kind",
    "traceloop.span.kind",
    "ai.operationId",
  ],
  agent: [
    "gen_ai.agent.name",
    "agent.name",
    "agent_name",
    "lc_agent_name",
    "traceloop.association.properties.lc_agent_name",
  ],
  agentId: ["gen_ai.agent.id", "agent.id", "agent_id"],
  place: [
    "graph.node.id",
    "traceloop.association.properties.langgraph_node",
    "langgraph_node",
    "ai.telemetry.functionId",
  ],
  conversation: [
    "gen_ai.conversation.id",
    "session.id",
    "traceloop.association.properties.thread_id",
    "traceloop.association.properties.session_id",
  ],
  provider: ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider"],
  scopeName: ["otel.scope.name", "otel.library.name"],
  scopeVersion: ["otel.scope.version", "otel.library.version"],
  inputTokens: [
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.usage.prompt_tokens",
    "llm.usage.input_tokens",
    "llm.token_count.prompt",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
  ],
  outputTokens: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.usage.completion_tokens",
    "llm.usage.output_tokens",
    "llm.token_count.completion",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
  ],
  /** Input tokens that were neither read from nor written to a cache, where they stand beside all of them. */
  uncachedTokens: ["gen_ai.usage.details.input_tokens", "ai.usage.inputTokenDetails.noCacheTokens"],
  totalTokens: [
    "gen_ai.usage.total_tokens",
    "llm.usage.total_tokens",
    "llm.token_count.total",
    "ai.usage.totalTokens",
  ],
  /** By their names in seconds; some write milliseconds under them. */
  firstTokenS: [
    "gen_ai.response.time_to_first_chunk",
    "gen_ai.server.time_to_first_token",
    "gen_ai.client.time_to_first_token",
  ],
  firstTokenMs: [
    "ai.response.msToFirstChunk",
    "ai.stream.msToFirstChunk",
    "gen_ai.response.time_to_first_token_ms",
  ],
} as const;

/**
 * Values of the operation, in lower case, by role. The list of the conventions is open: of any other value the counts tell,
 * as only a model both reads and writes tokens.
 */
export const operationRoles: Readonly<Record<string, "model" | "agent" | "other">> = {
  chat: "model",
  text_completion: "model",
  generate_content: "model",
  completion: "model",
  llm: "model",
  "ai.generatetext.dogenerate": "model",
  "ai.streamtext.dostream": "model",
  "ai.generateobject.dogenerate": "model",
  "ai.streamobject.dostream": "model",
  invoke_agent: "agent",
  create_agent: "agent",
  invoke_workflow: "agent",
  agent: "agent",
  workflow: "agent",
  chain: "agent",
  task: "agent",
  "ai.generatetext": "agent",
  "ai.streamtext": "agent",
  "ai.generateobject": "agent",
  "ai.streamobject": "agent",
  embeddings: "other",
  embedding: "other",
  retrieval: "other",
  retriever: "other",
  reranker: "other",
  execute_tool: "other",
  tool: "other",
  "ai.toolcall": "other",
  guardrail: "other",
  evaluator: "other",
};

/** Events that mark the first token of an answer (OpenInference, Vercel AI SDK). */
export const firstTokenEvents: readonly string[] = ["First Token Stream Event", "ai.stream.firstChunk"];
