// Names of fields that look like usage and that nothing here reads: what "absent" has to be said beside.

export type UnreadNames = ReturnType<typeof createUnreadNames>;

/** More names are no longer read by a person. */
const MOST_NAMES = 40;

/** Returns a collector of names, in the order in which they were first seen. */
export function createUnreadNames() {
  const names = new Set<string>();
  return {
    add(name: string): void {
      if (names.size < MOST_NAMES) names.add(name.length > 100 ? `${name.slice(0, 97)}...` : name);
    },
    list: (): readonly string[] => [...names],
  };
}
