// A language model of no weights that reads the document language by rule, so that what surrounds a model can be tested to
// the last bit: a state, a key and an embedding of a token all hold its id.

import type { LatentEncoder, MeasuredModel } from "../../agent-sim/hand-off/latents.ts";
import {
  BEGIN,
  decodeWords,
  END,
  encodeWords,
  vocabularySize,
} from "../../agent-sim/language-model/language.ts";
import type { KvCache, LanguageModel } from "../../agent-sim/language-model/language-model.ts";
import { rowOf, stateBatch } from "../../core/index.ts";

const WIDTH = 2;
const CONTEXT = 600;

/** What each call read, in order: positions and whether they came as vectors. */
export interface StandInCall {
  readonly tokens: number;
  readonly past: number;
  readonly embeds: boolean;
}

export interface StandIn extends MeasuredModel {
  readonly calls: StandInCall[];
}

/**
 * Returns the model, with encoders that hold the first `bytes` tokens of what was read. With `forgets`, an encoder loses
 * so many of the last tokens each time that it compresses.
 */
export function createStandIn({
  takesEmbeddings = true,
  forgets = 0,
}: {
  readonly takesEmbeddings?: boolean;
  readonly forgets?: number;
} = {}): StandIn {
  const calls: StandInCall[] = [];
  const model: LanguageModel = {
    modelId: "stand-in",
    shape: {
      layers: 1,
      heads: 1,
      kvHeads: 1,
      headSize: WIDTH,
      width: WIDTH,
      vocabulary: vocabularySize,
      contextTokens: CONTEXT,
      parameters: 1,
    },
    takesEmbeddings,
    endToken: END,
    embed: (ids) => Float32Array.from([...ids].flatMap((id) => [id, 1])),
    async run(input, past) {
      const rows = "ids" in input ? model.embed(input.ids) : input.embeds;
      const tokens = rows.length / WIDTH;
      calls.push({ tokens, past: past?.tokens ?? 0, embeds: !("ids" in input) });
      const before = past?.layers[0].key ?? new Float32Array(0);
      const key = Float32Array.of(...before, ...rows);
      const cache: KvCache = { tokens: key.length / WIDTH, layers: [{ key, value: key.slice() }] };
      const ids = Array.from({ length: cache.tokens }, (_, i) => Math.round(key[i * WIDTH]));
      const logits = new Float32Array(vocabularySize);
      logits[nextToken(ids)] = 1;
      return { logits, hidden: rows.slice(), cache };
    },
    close: async () => {},
  };
  return { model, calls, has: () => true, encoder: (_, { bytes }) => standInEncoder(bytes, forgets) };
}

function standInEncoder(bytes: number, forgets: number): LatentEncoder {
  const modelId = `stand-in-${bytes}`;
  return {
    precision: "int8",
    memoryVectors: bytes,
    reencodes: true,
    compressor: {
      modelId,
      label: "first tokens",
      stateSize: CONTEXT,
      latentSize: bytes,
      compress({ count, values }) {
        const latents = new Float32Array(count * bytes);
        for (let row = 0; row < count; row++) {
          const ids = values.subarray(row * CONTEXT, (row + 1) * CONTEXT);
          const used = ids.findLastIndex((id) => id > 0) + 1 - forgets;
          latents.set(ids.subarray(0, Math.max(0, Math.min(bytes, used))), row * bytes);
        }
        return { modelId, count, size: bytes, values: latents };
      },
    },
    projector: {
      modelId,
      label: "as tokens",
      latentSize: bytes,
      stateSize: bytes * WIDTH,
      project(latents) {
        const values = Float32Array.from([...latents.values].flatMap((id) => [Math.round(id), 1]));
        return stateBatch(latents.count, bytes * WIDTH, values);
      },
    },
    statesOf(contexts) {
      const states = stateBatch(contexts.length, CONTEXT, new Float32Array(contexts.length * CONTEXT));
      for (const [i, { states: read, positions }] of contexts.entries()) {
        for (let at = 0; at < positions; at++) rowOf(states, i)[at] = read[at * WIDTH];
      }
      return states;
    },
  };
}

/** Returns the token behind a prompt and the start of its answer; the first value where the prompt does not tell. */
function nextToken(ids: readonly number[]): number {
  const words = decodeWords(ids.filter((id) => id > BEGIN));
  const prompt = /(\w+) : (.*)$/.exec(words);
  if (prompt === null) return END;
  const [, role, behind] = prompt;
  const asked = behind.lastIndexOf(" ?");
  const sentences = /^(.* \. )?([^.]*)$/.exec(behind.slice(0, asked));
  const facts = factsOf(`${words.slice(0, prompt.index)} ${sentences?.[1] ?? ""}`);
  const answer = answerOf(role, sentences?.[2].trim() ?? "", facts);
  const said = behind
    .slice(asked + 2)
    .split(" ")
    .filter(Boolean).length;
  return [...encodeWords(answer), END][said] ?? END;
}

interface StatedFact {
  readonly entity: string;
  readonly attribute: string;
  readonly value: string;
}

function factsOf(text: string): readonly StatedFact[] {
  const forms = [
    /(?<attribute>\w+) of (?<entity>\w+) is (?<value>\w+)/,
    /for (?<entity>\w+) (?<attribute>\w+) reads (?<value>\w+)/,
    /(?<entity>\w+) has (?<attribute>\w+) (?<value>\w+)/,
  ];
  return text.split(" .").flatMap((sentence) => {
    const found = forms.map((form) => form.exec(sentence)?.groups).find((groups) => groups !== undefined);
    return found === undefined ? [] : [found as unknown as StatedFact];
  });
}

function answerOf(role: string, question: string, facts: readonly StatedFact[]): string {
  const stated = (attribute: string, entity: string): string =>
    facts.find((fact) => fact.attribute === attribute && fact.entity === entity)?.value ?? "amber";
  const words = question.split(" ");
  switch (role) {
    case "router":
      return facts[0]?.entity ?? "amber";
    case "planner":
      return (
        facts.find(({ attribute, value }) => attribute === words[2] && value === words[3])?.entity ?? "amber"
      );
    case "reasoner":
      return words.length === 5 ? stated(words[0], stated("partner", words[4])) : stated(words[0], words[2]);
    case "checker":
      return stated(words[1], words[3]) === words[4] ? "yes" : "no";
    case "finaliser":
      return `${words[3]} ${words[1]} ${stated(words[1], words[3])}`;
    default:
      return stated(words[0], words[2]);
  }
}
