/** What a worker runs: one domain's simulator behind the words of the wire protocol. */
import type { Awaitable, Domain, FormerNames, HandOffReport, KpiRow } from "#core";
import type { AgentLayout, Catalogue, PhonesFrame, PipelineFrame, RanLayout } from "../protocol.ts";

/** Which run a side is asked for. */
export interface Choice {
  readonly scenario: string;
  readonly arm: string;
  readonly seed: number;
  /** KPIs of the user's own, each `name = expression`. */
  readonly kpis?: readonly string[];
}

type Unnumbered<T> = T extends unknown ? Omit<T, "epoch" | "sequence"> : never;

/** The layout of either domain, before the server numbers it. */
export type SimulatorLayout = Unnumbered<RanLayout | AgentLayout>;
/** The frame of either domain, before the worker numbers it. */
export type SimulatorFrame = Unnumbered<PhonesFrame | PipelineFrame>;

/** One run under way. */
export interface Simulator<D extends Domain = Domain> {
  readonly layout: SimulatorLayout;
  /** Simulates on by `dtS` seconds, to the tick below; the rest is kept for the next call. */
  advance(dtS: number): Awaitable<void>;
  frame(): SimulatorFrame;
  /** Returns the hand-offs since the last call. */
  takeReports(): readonly HandOffReport<D>[];
  kpis(): readonly KpiRow<D>[];
}

/** What a domain has to offer, and how a run of it starts. */
export interface SimulatorSource<D extends Domain = Domain> {
  readonly domain: D;
  /** What arms of the catalogue were called before; a client may still ask for them so. */
  readonly formerArms?: FormerNames;
  readonly catalogue: Catalogue;
  /** What the dashboard opens with. */
  readonly initial: { readonly scenario: string; readonly arm: string };
  /** What a change of scenario goes on with where the new one does not run the arm of the old; every scenario runs it. */
  readonly armOfAll: string;
  /** Throws BadInputError when the choice cannot be run. */
  open(choice: Choice): Awaitable<Simulator<D>>;
}
