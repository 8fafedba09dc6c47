import { expect, test } from "vitest";
import { agentArms, fleetOnlyArms, measuredArms } from "#agent-sim";
import { agentArmName, agentArmNamesOf, formerAgentArms } from "../../../agent-sim/pipeline/former-arms.ts";

const names = [...agentArms, ...fleetOnlyArms, ...measuredArms].map(({ name }) => name);

test("no former name is a name of now, and each says which it is", () => {
  for (const [former, now] of Object.entries(formerAgentArms)) {
    expect(names).not.toContain(former);
    expect(names).toContain(now);
    expect(agentArmName(former)).toBe(now);
  }
  for (const name of [...names, "toString", "no-arm"]) expect(agentArmName(name)).toBe(name);
});

test("an arm that is named by both names is named twice", () => {
  expect(agentArmNamesOf(["text", "none"])).toEqual(["text", "cold"]);
  for (const [former, now] of Object.entries(formerAgentArms)) {
    expect(() => agentArmNamesOf([former, "text", now])).toThrow(`"${now}" twice`);
  }
});
