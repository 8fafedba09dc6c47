// Spans of a trace, whatever recorded them.
import { parseClaudeCode } from "./parse-claude-code.ts";
import { parseLangfuseObservation } from "./parse-langfuse.ts";
import { parseLangsmithRun } from "./parse-langsmith.ts";
import { parseOpenaiAgents } from "./parse-openai-agents.ts";
import { parseOtelSpan, type Reading } from "./parse-otel.ts";
import type { JsonRecord } from "./read-json-records.ts";
import type { TraceSpan } from "./trace-span.ts";

/** Yields the spans of the records, each read by its own kind; a damaged one is set aside. */
export function* readSpans(records: Iterable<JsonRecord>, reading: Reading): Generator<TraceSpan> {
  for (const record of records) {
    const { place } = record;
    const spans = reading.setAside.attempt(place, () => spansOf(record, reading));
    if (spans !== null) yield* spans;
  }
}

function spansOf(record: JsonRecord, reading: Reading): readonly TraceSpan[] {
  switch (record.kind) {
    case "span":
    case "jaeger-span":
      return [parseOtelSpan(record, reading)];
    case "langsmith-run":
      return [...parseLangsmithRun(record, reading)];
    case "langfuse-observation":
      return [parseLangfuseObservation(record, reading)];
    case "openai-agents":
      return [parseOpenaiAgents(record, reading)];
    case "claude-code": {
      const span = parseClaudeCode(record, reading);
      if (span === null) reading.setAside.add("other", "entry that is no answer of a model", record.place);
      return span === null ? [] : [span];
    }
    case "transcript":
    case "mooncake":
      reading.setAside.add("records", `${record.kind} among spans`, record.place);
      return [];
  }
}
