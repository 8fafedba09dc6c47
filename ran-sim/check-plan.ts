import { BadInputError } from "#core";
import { createSitePlan } from "./layout/create-plan.ts";
import { radioParameters } from "./layout/plan-radio.ts";
import { mapGround } from "./layout/radio-map/map-world.ts";
import { createUsers } from "./mobility/users.ts";
import { checkBlockageParameters } from "./radio/blockage.ts";
import { checkRadioParameters } from "./radio/check-radio-parameters.ts";
import { checkFadingParameters } from "./radio/fading.ts";
import type { RanScenario } from "./scenario.ts";

/** No seed makes a legal scenario illegal. */
const ANY_SEED = 1;

/**
 * Checks what only the files of a scenario, or its parts together, can show to be wrong, without making a world. Throws
 * BadInputError whose subject begins with `subject`, the scenario's file, and the place in it.
 */
export function checkPlan(scenario: RanScenario, subject: string): void {
  try {
    const { layout, mobility } = scenario;
    if (layout.kind === "radio-map") {
      requireNothingOnTop(scenario.radio);
      createUsers(mobility, mapGround(layout), ANY_SEED);
      return;
    }
    const plan = createSitePlan(layout, scenario.radio);
    const { fading, blockage, ...radio } = radioParameters(scenario.radio, layout, plan);
    checkRadioParameters(radio);
    if (fading !== undefined) checkFadingParameters(fading);
    if (blockage !== undefined) checkBlockageParameters(blockage);
    createUsers(mobility, plan, ANY_SEED);
  } catch (error) {
    if (error instanceof BadInputError) error.message = `${subject}, ${error.message}`;
    throw error;
  }
}

/** What was measured holds these already: on top of it they would count twice, and left out in silence they would mislead. */
function requireNothingOnTop(radio: RanScenario["radio"]): void {
  for (const key of ["users", "extraShadowing", "fading", "blockage"] as const) {
    if (radio[key] === undefined) continue;
    throw new BadInputError("bad-parameter", {
      subject: `radio.${key}`,
      expected: "nothing with layout.kind radio-map, whose levels were measured",
      got: JSON.stringify(radio[key]),
    });
  }
}
