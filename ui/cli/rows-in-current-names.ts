import type { Domain } from "#core";

/** Returns a stored row under the name that its arm has now. */
export type InCurrentNames = <R extends { readonly domain: Domain; readonly arm: string }>(row: R) => R;

/** Returns what renames rows of runs of before; an arm has a point of a sweep behind it, or nothing. */
export async function rowsInCurrentNames(): Promise<InCurrentNames> {
  const { ranArmName } = await import("#ran-sim");
  const { agentArmName } = await import("#agent-sim");
  const nameOf = { ran: ranArmName, agent: agentArmName };
  return (row) => ({ ...row, arm: row.arm.replace(/^\S+/, nameOf[row.domain]) });
}
