import type { stagePhases } from "../../protocol.ts";

type StagePhase = (typeof stagePhases)[number];

/** What a stage does, in one word. */
export const phaseWords: Readonly<Record<StagePhase, string>> = {
  idle: "waits",
  receiving: "receives",
  prefilling: "reads",
  decoding: "writes",
  sending: "sends",
};

/** Whether a stage fills up in this phase. */
export function fills(phase: StagePhase): boolean {
  return phase === "prefilling" || phase === "decoding";
}
