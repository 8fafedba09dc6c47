// One task of a measured run: a document of facts, and what every receiver is asked about it.
import { createStream } from "#core";
import {
  drawDocument,
  type FactDocument,
  type Question,
  questionsOf,
  type Role,
  roles,
} from "../language-model/language.ts";
import type { PipelineGraph } from "../pipeline/graph.ts";

/** What the receiver of one hop is asked. */
export interface HopQuestions {
  /** The stage's own: what the hop is for and what it is charged. */
  readonly own: Question;
  /** A single-hop attribute question, the same sort at every hop, so that hops can be compared. */
  readonly probe: Question;
}

export interface MeasuredTask {
  readonly seed: number;
  readonly facts: number;
  /** Counts the documents of a seed from 0. */
  readonly index: number;
  readonly document: FactDocument;
  /** [hop - 1], in the order of the graph's receivers. */
  readonly hops: readonly HopQuestions[];
}

/** Returns document `index` of `seed` and its questions: a function of these, the facts and the pipeline alone. */
export function drawMeasuredTask(
  graph: PipelineGraph,
  { seed, facts, index }: Pick<MeasuredTask, "seed" | "facts" | "index">,
): MeasuredTask {
  const document = drawDocument({ seed, split: "test", index, facts });
  const random = createStream(seed, `measured questions ${facts}`);
  const probes = questionsOf(document, "retriever");
  const hops = graph.receivers.map((stage, hop): HopQuestions => {
    const asked = questionsOf(document, roleOf(graph.names[stage]));
    // A document without partners leaves a reasoner nothing to ask; it then looks up an attribute, as a retriever.
    const own = asked.length > 0 ? asked : probes;
    return {
      own: own[random.integer(own.length, index, hop, 0)],
      probe: probes[random.integer(probes.length, index, hop, 1)],
    };
  });
  return { seed, facts, index, document, hops };
}

/** Returns the role of a stage: its name's, or a retriever's where the model knows no such role. */
function roleOf(name: string): Role {
  return roles.find((role) => role === name) ?? "retriever";
}
