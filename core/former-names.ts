/** Names that were given up: what a name of before is called now. */

/** By former name: the name of now. */
export type FormerNames = Readonly<Record<string, string>>;

/** Returns what `name` is called now: itself, unless it is one of the `former` names. */
export function currentName(former: FormerNames, name: string): string {
  return Object.hasOwn(former, name) ? former[name] : name;
}
