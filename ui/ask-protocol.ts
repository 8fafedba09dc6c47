/**
 * What the page `/ask` and the server say to each other: `GET /api/ask`, `POST /api/ask` and `POST /api/ask/phone`. JSON both ways,
 * parsed at both ends; `docs/http.md` describes it.
 */
import { z } from "zod";
import { keptBecause, lostBecause, restoredBecause } from "#core";

/** The longest body of a request; sixteen facts and a question take a quarter of it. */
export const maxAskBytes = 4096;

const word = z.string().min(1).max(40);
const factSchema = z.strictObject({ name: word, attribute: word, value: word });

export const askRequestSchema = z.strictObject({
  /** More are refused by name, not by shape, up to this. */
  facts: z.array(factSchema).max(64),
  /** In the decoder's words: `badge of alder ?`. */
  question: z.string().min(1).max(200),
  bytes: z.int().positive(),
});

export const phoneRequestSchema = z.strictObject({
  /** Of the world that the phones walk through. */
  seed: z.int().min(1).max(9999),
  bytes: z.int().positive(),
  /** Which of its handovers, from 0; left out: the first in which the arms part. */
  handover: z.int().min(0).max(999).exactOptional(),
});

export const askRoles = ["retriever", "planner", "reasoner"] as const;
/** What the receiver is given. */
export const askArms = ["cold", "text", "latent", "slots", "another"] as const;
/** The same of phones; `ue-filter` is the phone's own average, which crosses nothing. */
export const phoneArms = ["cold", "latent", "another", "ue-filter"] as const;

const count = z.int().nonnegative();
const finite = z.number();
const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const endSchema = z.discriminatedUnion("ends", [
  z.strictObject({ ends: z.literal("kept"), because: z.enum(keptBecause) }),
  z.strictObject({ ends: z.literal("restored"), because: z.enum(restoredBecause) }),
  z.strictObject({ ends: z.literal("lost"), because: z.enum(lostBecause) }),
]);

export const askOfferSchema = z.strictObject({
  names: z.array(word).readonly(),
  attributes: z.array(z.strictObject({ name: word, values: z.array(word).readonly() })).readonly(),
  mostFacts: count,
  bytes: z.array(count).readonly(),
  decoder: z.string(),
  training: count,
  figures: z
    .array(
      z.strictObject({
        arm: z.enum(["latent", "slots"]),
        role: z.enum(askRoles),
        facts: count,
        bytes: count,
        value: finite,
        ci95: z.tuple([finite.nullable(), finite.nullable()]).readonly(),
        n: count,
        another: finite,
      }),
    )
    .readonly(),
});

const givenSchema = z.strictObject({ answer: z.string(), isRight: z.boolean() });

export const askAnswerSchema = z.strictObject({
  document: z.strictObject({ text: z.string(), textBytes: count, tokens: count }),
  question: z.strictObject({
    words: z.string(),
    role: z.enum(askRoles),
    expected: z.string(),
    chance: finite,
  }),
  questions: z.array(z.strictObject({ words: z.string(), role: z.enum(askRoles) })).readonly(),
  sender: z.strictObject({ readMs: finite, cacheBytes: count }),
  receivers: z
    .array(
      z.strictObject({
        arm: z.enum(askArms),
        end: endSchema,
        sent: z
          .strictObject({
            hex,
            bytes: count,
            envelopeBytes: count,
            payloadHeaderBytes: count,
            contentBytes: count,
          })
          .nullable(),
        answer: z.string(),
        isRight: z.boolean(),
        rereadTokens: count,
        firstTokenMs: finite,
        beliefs: z.array(givenSchema.nullable()).readonly(),
      }),
    )
    .readonly(),
  stranger: z.strictObject({
    facts: z.array(factSchema).readonly(),
    text: z.string(),
    answer: z.string().nullable(),
  }),
});

const placeSchema = z.strictObject({ xM: finite, yM: finite });

export const phoneAnswerSchema = z.strictObject({
  scenario: z.string(),
  seed: count,
  /** Values of the latent; the largest trained size where more were asked for. */
  bytes: count,
  /** This handover among those of the run, from 0. */
  handover: count,
  ue: count,
  from: count,
  to: count,
  timeS: finite,
  phone: placeSchema,
  cells: z.array(z.strictObject({ name: z.string(), azimuthDeg: finite, ...placeSchema.shape })).readonly(),
  arms: z
    .array(
      z.strictObject({
        arm: z.enum(phoneArms),
        end: endSchema,
        /** The payload as sent, its header of 24 bytes first; null where nothing crosses. */
        hex: hex.nullable(),
      }),
    )
    .readonly(),
  moments: z
    .array(
      z.strictObject({
        afterMs: finite,
        best: count,
        /** [arm] */
        beliefs: z
          .array(z.strictObject({ cell: count, knows: z.boolean(), shortDb: finite, isRight: z.boolean() }))
          .readonly(),
      }),
    )
    .readonly(),
  /** Every handover of the run: of each moment, which arms were right. [handover][moment][arm] */
  all: z.array(z.array(z.array(z.boolean()).readonly()).readonly()).readonly(),
});

export const askErrorSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string() }),
});

export type AskOffer = z.output<typeof askOfferSchema>;
export type AskAnswer = z.output<typeof askAnswerSchema>;
export type PhoneAnswer = z.output<typeof phoneAnswerSchema>;
