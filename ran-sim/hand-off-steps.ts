import type { StepLabels } from "#core";
import type { Arm } from "./arms.ts";

/** Returns what each of the three steps does in an arm, in words: those of its hand-off, or what takes their place. */
export function stepsOfArm({ handOff, end }: Pick<Arm, "handOff" | "end">): StepLabels {
  if (handOff !== null) return handOff.steps;
  switch (end.because) {
    case "stayed":
      return {
        compress: "nothing: the state stays at the node where it began",
        transport: "reports are forwarded to that node, one by one",
        project: "asks that node",
      };
    case "phoneKeeps":
      return {
        compress: "nothing: the phone has what the rule needs",
        transport: "nothing is sent between the cells",
        project: "hears it from the phone",
      };
    case "needsNoPast":
      return {
        compress: "nothing: the rule looks at no past",
        transport: "nothing is sent between the cells",
        project: "decides as before",
      };
    case "nothingKept":
      return {
        compress: "nothing: the network has no memory of the phone",
        transport: "nothing is sent between the cells",
        project: "starts anew, from the phone's next reports",
      };
    default:
      return {
        compress: "nothing: what the source had learned of the phone is dropped",
        transport: "nothing is sent between the cells",
        project: "starts from nothing, learns from the phone's next reports",
      };
  }
}
