// What can be asked of the two agents: the words that they know, the sizes of memory that there are, and how often each answered right.
import type { Interval, KpiRow } from "#core";
import type { EncoderName } from "../hand-off/arms.ts";
import { attributeWords, entityWords } from "../language-model/language/vocabulary.ts";
import type { Role } from "../language-model/language.ts";
import type { MemoryKind } from "../language-model/memory-network.ts";
import { DECODER, languageWeightsFolder, memoryName } from "../language-model/weights.ts";
import { type askedArms, askedBytes, askedRoles, askedTraining } from "./ask.ts";
import { mostChosenFacts, valuesOf } from "./chosen-facts.ts";

export interface AskOffer {
  readonly names: readonly string[];
  /** Each with the words that may be its value. */
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly mostFacts: number;
  readonly bytes: readonly number[];
  readonly decoder: string;
  /** Training seed of the memories. */
  readonly training: number;
  readonly figures: readonly AskFigure[];
}

/** How often a memory answered right, on documents of validation: measured when it was trained. */
export interface AskFigure {
  readonly arm: "latent" | "slots";
  readonly role: (typeof askedRoles)[number];
  readonly facts: number;
  readonly bytes: number;
  readonly value: number;
  readonly ci95: Interval;
  /** Questions behind the value. */
  readonly n: number;
  /** The same behind the memory of another document. */
  readonly another: number;
}

const encoderOf = { latent: "attention", slots: "slots" } as const satisfies Readonly<
  Partial<Record<(typeof askedArms)[number], EncoderName & MemoryKind>>
>;

/** Returns what is on offer. Throws BadInputError where the manifest of a committed memory cannot be read. */
export async function askOffer(): Promise<AskOffer> {
  const { loadModel } = await import("#core/node");
  const figures: AskFigure[] = [];
  for (const arm of ["latent", "slots"] as const) {
    const name = memoryName(encoderOf[arm], askedTraining);
    const { manifest } = await loadModel(languageWeightsFolder, name);
    figures.push(...figuresOf(arm, manifest.metrics));
  }
  return {
    names: entityWords,
    attributes: attributeWords.map((name) => ({ name, values: valuesOf(name) })),
    mostFacts: mostChosenFacts,
    bytes: askedBytes,
    decoder: DECODER,
    training: askedTraining,
    figures,
  };
}

const scenario = /^validation\/facts=(\d+)\/bytes=(\d+)\/role=(\w+)$/;

function figuresOf(arm: AskFigure["arm"], rows: readonly KpiRow[]): readonly AskFigure[] {
  const another = new Map(
    rows.filter(({ metric }) => metric === "wrongDocumentExactMatch").map((row) => [row.scenario, row.value]),
  );
  return rows.flatMap((row): AskFigure[] => {
    const place = scenario.exec(row.scenario);
    const wrong = another.get(row.scenario) ?? null;
    if (row.metric !== "exactMatch" || place === null || row.value === null || wrong === null) return [];
    const [, facts, bytes, role] = place;
    const { value, ci95, n } = row;
    if (!isAsked(role) || !(askedBytes as readonly number[]).includes(Number(bytes))) return [];
    return [{ arm, role, facts: Number(facts), bytes: Number(bytes), value, ci95, n, another: wrong }];
  });
}

function isAsked(role: string): role is (typeof askedRoles)[number] & Role {
  return (askedRoles as readonly string[]).includes(role);
}
