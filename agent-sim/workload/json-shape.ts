// What the beginning of a JSON file says about the rest: its format, and where its records are.
import { Tokenizer, TokenType } from "@streamparser/json";
import type { RecordPaths } from "./read-json-records.ts";

export type JsonShape =
  | { readonly format: "transcript" | "mooncake" }
  | { readonly format: "otel-genai" | "langsmith"; readonly records: RecordPaths };

/** Enough to reach the telling keys behind long texts. */
export const HEAD_BYTES = 2 ** 20;

const resourceKeys = ["resourceSpans", "resource_spans", "batches"];
const scopeKeys = ["scopeSpans", "scope_spans", "instrumentationLibrarySpans"];
const langsmithKeys = ["run_type", "dotted_order", "parent_run_id", "first_token_time"];
const spanKeys = [
  "spanId",
  "span_id",
  "startTimeUnixNano",
  "start_time_unix_nano",
  "parentSpanId",
  "parent_span_id",
  "attributes",
  "context",
];

/**
 * Returns the shape of the JSON that begins with `head`, which may end anywhere, by the keys of its first object; null
 * when it is no JSON or no known format. Damage further on is for the reader to find.
 */
export function detectJsonShape(head: Uint8Array): JsonShape | null {
  const { keys, inList } = firstObjectKeys(head);
  const has = (names: readonly string[]): boolean => names.some((name) => keys.has(name));
  const root = inList ? "$.*" : "$";
  if (has(langsmithKeys)) return langsmith({ paths: [root], wrappers: null });
  if (has(["turns", "hash_ids", "input_length"]) || keys.has("run_id")) {
    if (inList) return null;
    return { format: has(["turns", "run_id"]) ? "transcript" : "mooncake" };
  }
  if (has(resourceKeys)) {
    const paths = resourceKeys.flatMap((resource) =>
      scopeKeys.map((scope) => `${root}.${resource}.*.${scope}.*.spans.*`),
    );
    return otel({ paths, wrappers: resourceKeys });
  }
  if (keys.has("runs")) return langsmith({ paths: [`${root}.runs.*`], wrappers: ["runs"] });
  if (keys.has("spans")) return otel({ paths: [`${root}.spans.*`], wrappers: ["spans"] });
  return has(spanKeys) ? otel({ paths: [root], wrappers: null }) : null;
}

function otel(records: Omit<RecordPaths, "noun">): JsonShape {
  return { format: "otel-genai", records: { noun: "span", ...records } };
}

function langsmith(records: Omit<RecordPaths, "noun">): JsonShape {
  return { format: "langsmith", records: { noun: "run", ...records } };
}

/** Returns the keys of the first object, or of the first object in the list that the file is. */
function firstObjectKeys(head: Uint8Array): { readonly keys: ReadonlySet<string>; readonly inList: boolean } {
  const keys = new Set<string>();
  const tokenizer = new Tokenizer({ separator: "" });
  let depth = 0;
  let inList = false;
  let done = false;
  let text: string | null = null;
  tokenizer.onToken = ({ token, value }) => {
    if (done) return;
    const at = inList ? 2 : 1;
    if (token === TokenType.COLON && depth === at && text !== null) keys.add(text);
    text = token === TokenType.STRING ? (value as string) : null;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      depth++;
      if (depth === 1) inList = token === TokenType.LEFT_BRACKET;
    }
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      depth--;
      if (depth < at) done = true;
    }
  };
  // What is wrong here is found again, with its line, by the reader.
  tokenizer.onError = () => {};
  tokenizer.write(head);
  return { keys, inList };
}
