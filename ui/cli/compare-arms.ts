import { BadInputError, type Domain, requireName } from "#core";
import { parseNames, type RunFlags } from "./flags.ts";

/** Which arms of each domain a comparison runs: one list for both, or a list for each. */

/** The arms of a domain by their names of now, each once; undefined: those that a comparison has by itself. */
export type ArmsByDomain = Readonly<Record<Domain, readonly string[] | undefined>>;

/** What a domain knows: its arms, and what a former name is called now. */
export interface KnownArms {
  readonly arms: readonly { readonly name: string }[];
  current(arm: string): string;
}

/** The flag of each domain's own list. */
const flagOf: Readonly<Record<Domain, string>> = { ran: "--arms-ran", agent: "--arms-agent" };

/**
 * Returns the arms that were asked for. `--arms` names arms of either domain, and runs each where it is known; `--arms-ran` and
 * `--arms-agent` name those of one. Throws BadInputError for an arm that nobody, or not this domain, has, and for `--arms` beside
 * the others.
 */
export function armsByDomain(
  flags: Pick<RunFlags, "arms">,
  options: { readonly armsRan?: string; readonly armsAgent?: string },
  known: Readonly<Record<Domain, KnownArms>>,
): ArmsByDomain {
  const asked = { ran: options.armsRan, agent: options.armsAgent };
  if (flags.arms === undefined) {
    return { ran: armsOf("ran", asked.ran, known.ran), agent: armsOf("agent", asked.agent, known.agent) };
  }
  if (asked.ran !== undefined || asked.agent !== undefined) {
    throw new BadInputError("bad-flag", {
      subject: "flag --arms",
      expected: "--arms for both domains, or --arms-ran and --arms-agent",
      got: `--arms beside ${asked.ran === undefined ? flagOf.agent : flagOf.ran}`,
    });
  }
  refuseUnknownArms(flags.arms, [known.ran, known.agent]);
  // A former name of one domain may be a name of the other: who names both means either domain's.
  const ofBoth = flags.arms;
  const only = ({ arms, current }: KnownArms): readonly string[] => [
    ...new Set(ofBoth.map(current).filter((arm) => arms.some(({ name }) => name === arm))),
  ];
  return { ran: only(known.ran), agent: only(known.agent) };
}

function armsOf(
  domain: Domain,
  text: string | undefined,
  { arms, current }: KnownArms,
): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const flag = flagOf[domain];
  const names = [...new Set(arms.map(({ name }) => name))];
  const asked = parseNames(flag, text, current);
  for (const arm of asked) requireName("unknown-arm", `flag ${flag}`, arm, names);
  return asked;
}

/** Throws a BadInputError for an arm that is known under no name: neither its own nor what a domain calls it now. */
function refuseUnknownArms(arms: readonly string[], known: readonly KnownArms[]): void {
  const names = [...new Set(known.flatMap((domain) => domain.arms.map(({ name }) => name)))];
  for (const arm of arms) {
    if (known.some(({ current }) => names.includes(current(arm)))) continue;
    requireName("unknown-arm", "arm", arm, names);
  }
}
