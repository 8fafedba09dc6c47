/** What the thread of the asked agents does: the committed decoder, opened once. */
import { type AskOffer as AgentOffer, askOffer, createAsking, openMeasuredModel } from "#agent-sim";
import { parseInput } from "#core";
import { type AskAnswer, type AskOffer, askRequestSchema } from "../../ask-protocol.ts";
import type { DeskWork } from "./desk-messages.ts";

/** Returns the work of the desk `agents`. */
export async function openAskAgents(): Promise<DeskWork> {
  const asking = createAsking({ measured: await openMeasuredModel(), nowS: () => performance.now() / 1000 });
  let offer: Promise<AgentOffer> | null = null;
  return {
    async offer(): Promise<AskOffer> {
      offer ??= askOffer();
      return offer;
    },
    async ask(body): Promise<AskAnswer> {
      return asking.ask(parseInput(askRequestSchema, body, "body", "bad-request"));
    },
  };
}
