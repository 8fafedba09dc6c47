// Names of the attributes of GenAI spans: of today's semantic conventions first, then those that they replaced or that
// widespread instrumentations write instead. The first one that is there counts.
//
// Sources: OpenTelemetry semantic conventions for generative AI, registry `gen_ai.*` and its deprecated names (1.27 to
// 1.41: prompt_tokens and completion_tokens became input_tokens and output_tokens, system became provider.name);
// OpenLLMetry semantic-conventions-ai (`gen_ai.usage.cache_read_input_tokens`, `llm.usage.*`, `traceloop.*`); OpenInference
// semantic conventions (`llm.token_count.*`, `openinference.span.kind`, `session.id`); Sentry's AI agent spans
// (`gen_ai.usage.input_tokens.cached`).

export const attributeNames = {
  operation: ["gen_ai.operation.name", "llm.request.type", "openinference.span.kind", "traceloop.span.kind"],
  agent: ["gen_ai.agent.name", "agent.name", "gen_ai.agent.id"],
  conversation: [
    "gen_ai.conversation.id",
    "session.id",
    "traceloop.association.properties.thread_id",
    "traceloop.association.properties.session_id",
  ],
  provider: ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"],
  inputTokens: [
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.usage.prompt_tokens",
    "llm.token_count.prompt",
  ],
  outputTokens: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.usage.completion_tokens",
    "llm.token_count.completion",
  ],
  cacheReadTokens: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.input_tokens.cached",
    "llm.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
  ],
  cacheWriteTokens: [
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.input_tokens.cache_write",
    "llm.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
  ],
  /** Seconds. */
  firstTokenS: ["gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"],
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
  invoke_agent: "agent",
  create_agent: "agent",
  invoke_workflow: "agent",
  agent: "agent",
  workflow: "agent",
  chain: "agent",
  task: "agent",
  embeddings: "other",
  embedding: "other",
  retrieval: "other",
  retriever: "other",
  reranker: "other",
  execute_tool: "other",
  tool: "other",
  guardrail: "other",
  evaluator: "other",
};

/** Events that mark the first token of an answer (OpenInference). */
export const firstTokenEvents: readonly string[] = ["First Token Stream Event"];
