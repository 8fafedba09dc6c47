import { distance } from "fastest-levenshtein";

export interface BadInputParts {
  /** What was read, with its place: `traces/a.csv line 12, column sinr_db_3`. */
  readonly subject: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy?: string;
}

/**
 * Input that a person can mend: a flag, a file, a parameter, a name. Its message is one line of four parts,
 * subject, expected, got, remedy; the command line prints it and exits with code 2.
 *
 * `code` names the section of `docs/errors.md` that explains it.
 */
export class BadInputError extends Error {
  override readonly name = "BadInputError";
  readonly code: string;
  /** What it was made of, so that another thread can make it again. */
  readonly parts: BadInputParts;

  constructor(code: string, parts: BadInputParts) {
    const text =
      `${parts.subject}: expected ${parts.expected}, got ${parts.got}` +
      (parts.remedy === undefined ? "" : ` - ${parts.remedy}`);
    // What was got may be a piece of a file or another program's words, of several lines.
    super(text.replaceAll(/\s*[\r\n]\s*/g, " "));
    this.code = code;
    this.parts = parts;
  }
}

/**
 * Returns the member of `names` with the fewest edits from `name`, capitals aside, or undefined when none is within a
 * third of its length (at least two edits, but never all of it), so that a suggestion is only made when it is likely
 * to be right. Then the only member that `name` abbreviates: `ttt` is timeToTriggerMs.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1);
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best ?? abbreviated(name.toLowerCase(), names);
}

/** `ttt` is timeToTriggerMs by the initials of its words, `hyst` hysteresisDb by its beginning: when it is no other's too. */
function abbreviated(short: string, names: readonly string[]): string | undefined {
  if (short.length < 2) return undefined;
  const meant = names.filter((name) => {
    const initials = name.replaceAll(/(?<=[A-Za-z])[a-z0-9]+/g, "").toLowerCase();
    return initials.startsWith(short) || (short.length > 2 && name.toLowerCase().startsWith(short));
  });
  return meant.length === 1 ? meant[0] : undefined;
}

/** Returns `name` when `names` holds it; otherwise throws with the nearest legal name. */
export function requireName(code: string, subject: string, name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  const near = nearestName(name, names);
  throw new BadInputError(code, {
    subject,
    expected: `one of ${names.join(", ")}`,
    got: `"${name}"`,
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}
