import type { KpiRow } from "#core";

/** A curve: one encoder in one kind of world or document, by bytes of values. */
export interface Curve {
  readonly name: string;
  readonly domain: "ran" | "agent";
  readonly points: readonly { readonly bytes: number; readonly row: KpiRow }[];
}
