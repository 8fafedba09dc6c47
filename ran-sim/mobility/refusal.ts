// The error of a mobility that a scenario cannot have.
import { BadInputError } from "#core";

/** Returns the error "bad-parameter" of `subject`, the place in the scenario. */
export function refusal(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError("bad-parameter", {
    subject,
    expected,
    got,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
