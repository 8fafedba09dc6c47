// One hand-off of facts that a person chose: a sender reads them, a few bytes cross, and receivers answer one question, each in its own arm.
import { BadInputError, type HandOffEnd, nearestName, payloadHeaderBytes } from "#core";
import { armRules, type MeasuredArm } from "../hand-off/arms.ts";
import { stepNames } from "../hand-off/clock.ts";
import { handToStage, openHandOffs } from "../hand-off/exchange.ts";
import { emptyHanded, firstSender, type Source } from "../hand-off/holding.ts";
import type { MeasuredModel } from "../hand-off/latents.ts";
import { askOf, type Context, factVocabulary } from "../hand-off/prompt.ts";
import {
  decodeWords,
  type FactDocument,
  isExactMatch,
  type Question,
  questionsOf,
  type Role,
} from "../language-model/language.ts";
import { createGraph } from "../pipeline/graph.ts";
import { loadAgentScenario } from "../scenario-files.ts";
import { documentOfWords, type FactInWords, factInWords, strangersDocument } from "./chosen-facts.ts";
import { readSource } from "./read-source.ts";
import { createReader } from "./reader.ts";

/** What receivers are given: nothing, the text, the latent, slots, and the latent of a stranger's document. */
export const askedArms = [
  "cold",
  "text",
  "latent",
  "slots",
  "another",
] as const satisfies readonly MeasuredArm[];

/** The roles whose questions can be asked: the value of a thing, who has a value, the value of somebody's partner. */
export const askedRoles = ["retriever", "planner", "reasoner"] as const satisfies readonly Role[];

/** Bytes of values for which the committed memories were trained, and measured (`memoryFigures`). */
export const askedBytes = [8, 16, 32, 64, 128, 256, 512] as const;

/** Of the three trainings of every memory the first: chosen before anything was asked. */
export const askedTraining = 1;

export interface AskOptions {
  readonly facts: readonly FactInWords[];
  /** In the decoder's words: `badge of alder ?`. */
  readonly question: string;
  /** One of {@link askedBytes}. */
  readonly bytes: number;
}

export interface AskAnswer {
  readonly document: { readonly text: string; readonly textBytes: number; readonly tokens: number };
  readonly question: {
    readonly words: string;
    readonly role: (typeof askedRoles)[number];
    readonly expected: string;
    /** Of an answer drawn at random from those that are possible. */
    readonly chance: number;
  };
  /** All that can be asked of this document, in the order of the facts. */
  readonly questions: readonly { readonly words: string; readonly role: (typeof askedRoles)[number] }[];
  /** What the sender has after reading: milliseconds, and bytes of its key-value cache. */
  readonly sender: { readonly readMs: number; readonly cacheBytes: number };
  /** In the order of {@link askedArms}. */
  readonly receivers: readonly AskedReceiver[];
  /** The same things with other values, and what its latent should make the receiver say; null where it says nothing of it. */
  readonly stranger: {
    readonly facts: readonly FactInWords[];
    readonly text: string;
    readonly answer: string | null;
  };
}

export interface AskedReceiver {
  readonly arm: (typeof askedArms)[number];
  readonly end: HandOffEnd;
  /** What crossed, as sent; null where nothing did. */
  readonly sent: {
    readonly hex: string;
    readonly bytes: number;
    /** Of the message around the body. */
    readonly envelopeBytes: number;
    /** Of the payload's own header, inside the body; 0 for text. */
    readonly payloadHeaderBytes: number;
    /** What is left: the text, or the latent's values. */
    readonly contentBytes: number;
  } | null;
  readonly answer: string;
  readonly isRight: boolean;
  /** Tokens of the document that this receiver read again. */
  readonly rereadTokens: number;
  /** Milliseconds of the hand-off's steps and of reading the prompt, up to the first token of the answer. */
  readonly firstTokenMs: number;
  /** [fact]: what it answers when asked for that fact alone; null for a partner, which is never asked for alone. */
  readonly beliefs: readonly ({ readonly answer: string; readonly isRight: boolean } | null)[];
}

/** Answers questions about chosen facts; one at a time. */
export interface Asking {
  /**
   * Throws BadInputError: `unknown-word` and `bad-facts` (see `documentOfWords`), `unknown-question` for one that the document does not
   * answer, `bad-parameter` for bytes that no memory was trained for.
   */
  ask(options: AskOptions): Promise<AskAnswer>;
}

const graph = createGraph(
  [
    { name: "sender", after: [] },
    { name: "receiver", after: ["sender"] },
  ],
  [],
  "the two agents",
);
const [SENDER, RECEIVER] = [0, 1];

/** Returns what answers, through a model. `nowS` is a clock in seconds. */
export function createAsking({
  measured,
  nowS,
}: {
  readonly measured: MeasuredModel;
  readonly nowS: () => number;
}): Asking {
  const reader = createReader(measured.model, factVocabulary);
  const answerOf = async (context: Context, question: Question) => {
    const { answer } = await reader.ask(context, askOf(question), null);
    return { answer: inWords(answer), isRight: isExactMatch(answer, question) };
  };

  return {
    async ask({ facts, question: words, bytes }) {
      requireBytes(bytes);
      const document = documentOfWords(facts);
      const questions = questionsAbout(document);
      const question = requireQuestion(words, questions);
      const stranger = strangersDocument(document);
      const scenario = loadAgentScenario("facts", [{ path: "measured.bytes", value: bytes }]);
      const own = await readSource(reader, { entity: 0, document }, nowS);
      // The same number as the own one's: a message that is addressed right, and intact.
      const others = await readSource(reader, { entity: 0, document: stranger }, nowS);
      const single = questionsOf(document, "retriever");
      const receivers: AskedReceiver[] = [];
      for (const arm of askedArms) {
        const { source } = armRules[arm].control === "another" ? others : own;
        const { taken, clock } = await handOver(arm, source, { scenario, question, facts: facts.length });
        const { context, consignment, end } = taken;
        const reading = await reader.ask(context, askOf(question), clock);
        const beliefs: AskedReceiver["beliefs"][number][] = [];
        for (const fact of document.facts.keys()) {
          const alone = single.find((one) => one.fact === fact);
          beliefs.push(alone === undefined ? null : await answerOf(context, alone));
        }
        receivers.push({
          arm,
          end,
          sent: consignment === null ? null : sentOf(arm, consignment),
          answer: inWords(reading.answer),
          isRight: isExactMatch(reading.answer, question),
          rereadTokens: reading.contextTokens,
          firstTokenMs: stepNames.reduce((sum, step) => sum + clock.times[step], 0) * 1000,
          beliefs,
        });
      }
      const { layers, kvHeads, headSize } = reader.model.shape;
      const { text, tokens } = document;
      return {
        document: { text, textBytes: new TextEncoder().encode(text).length, tokens: tokens.length },
        question: {
          words: decodeWords(question.tokens),
          role: question.role as (typeof askedRoles)[number],
          expected: inWords(question.answer),
          chance: question.chance,
        },
        questions: questions.map(({ role, tokens: asked }) => ({
          words: decodeWords(asked),
          role: role as (typeof askedRoles)[number],
        })),
        sender: {
          readMs: own.readS * 1000,
          cacheBytes:
            own.source.cache.tokens * layers * 2 * kvHeads * headSize * Float32Array.BYTES_PER_ELEMENT,
        },
        receivers,
        stranger: {
          facts: stranger.facts.map(factInWords),
          text: stranger.text,
          answer: sameAnswer(stranger, question),
        },
      };
    },
  };

  async function handOver(
    arm: MeasuredArm,
    source: Source,
    {
      scenario,
      question,
      facts,
    }: {
      readonly scenario: ReturnType<typeof loadAgentScenario>;
      readonly question: Question;
      readonly facts: number;
    },
  ) {
    const training = armRules[arm].carries === "latent" ? askedTraining : null;
    const parts = { reader, scenario, measured, seed: 1, facts, arm, training, sources: [] };
    const handOffs = await openHandOffs(parts);
    const holdings = graph.names.map((_, stage) =>
      stage === SENDER ? firstSender(source) : emptyHanded({ source }),
    );
    return handToStage(
      { graph, handOffs, nowS },
      { holdings, hop: 1, stage: RECEIVER, ask: askOf(question) },
    );
  }
}

function questionsAbout(document: FactDocument): readonly Question[] {
  return askedRoles.flatMap((role) => questionsOf(document, role));
}

function requireQuestion(words: string, questions: readonly Question[]): Question {
  const asked = questions.map(({ tokens }) => decodeWords(tokens));
  // Spaces and the question mark are not what a question is told apart by.
  const plain = `${words
    .replace(/\?\s*$/, "")
    .trim()
    .replaceAll(/\s+/g, " ")
    .toLowerCase()} ?`;
  const at = asked.indexOf(plain);
  if (at >= 0) return questions[at];
  const near = nearestName(plain, asked);
  throw new BadInputError("unknown-question", {
    subject: "question",
    expected: `one that these facts answer: ${asked.slice(0, 4).join(", ")}${asked.length > 4 ? ", ..." : ""}`,
    got: JSON.stringify(words.length > 80 ? `${words.slice(0, 77)}...` : words),
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}

function requireBytes(bytes: number): void {
  if ((askedBytes as readonly number[]).includes(bytes)) return;
  throw new BadInputError("bad-parameter", {
    subject: "bytes",
    expected: `one of ${askedBytes.join(", ")}, for which there are trained memories`,
    got: String(bytes),
  });
}

/** Returns what a document answers to the same words, or null. */
function sameAnswer(document: FactDocument, { role, tokens }: Question): string | null {
  const words = decodeWords(tokens);
  const same = questionsOf(document, role).find((question) => decodeWords(question.tokens) === words);
  return same === undefined ? null : inWords(same.answer);
}

function sentOf(
  arm: MeasuredArm,
  { bytes, headerBytes }: { readonly bytes: Uint8Array; readonly headerBytes: number },
): AskedReceiver["sent"] {
  const inside = armRules[arm].carries === "latent" ? payloadHeaderBytes : 0;
  return {
    hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    bytes: bytes.length,
    envelopeBytes: headerBytes,
    payloadHeaderBytes: inside,
    contentBytes: bytes.length - headerBytes - inside,
  };
}

/** Returns an answer without the token that ends it. */
function inWords(ids: ArrayLike<number>): string {
  return decodeWords(ids).replace(/ ?<end>$/, "");
}
