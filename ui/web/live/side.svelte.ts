/** What the page knows about one domain: only what the server has said, and only of the epoch on show. */
import { type Domain, type HandOffReport, type KpiRow, requireDomain } from "#core";
import type { Catalogue, Frame, HistoryFrame, KpisMessage, ReportsMessage } from "../../protocol.ts";

/** How long a hand-off stays on show before the next replaces it, so that it can be read. */
const shownForMs = 900;

interface Layout {
  readonly epoch: number;
}

export class Side<D extends Domain, L extends Layout, F extends Frame> {
  readonly domain: D;
  #layout = $state.raw<L | null>(null);
  #frame = $state.raw<F | null>(null);
  #history = $state.raw<HistoryFrame | null>(null);
  #rows = $state.raw<readonly KpiRow<D>[]>([]);
  #report = $state.raw<HandOffReport<D> | null>(null);
  #reportTotal = $state(0);
  catalogue = $state.raw<Catalogue>({ scenarios: [], arms: [], armsByScenario: {} });
  #shownAtMs = Number.NEGATIVE_INFINITY;
  /** The epoch that the server says is under way; null before it has said so. */
  #epoch: number | null = null;
  #next: HandOffReport<D> | null = null;

  constructor(domain: D) {
    this.domain = domain;
  }

  get layout(): L | null {
    return this.#layout;
  }
  /** The newest positions or phases. */
  get frame(): F | null {
    return this.#frame;
  }
  get history(): HistoryFrame | null {
    return this.#history;
  }
  get rows(): readonly KpiRow<D>[] {
    return this.#rows;
  }
  /** The hand-off on show. */
  get report(): HandOffReport<D> | null {
    return this.#report;
  }
  /** All hand-offs of this run. */
  get reportTotal(): number {
    return this.#reportTotal;
  }

  /** Hears which epoch is under way: what an earlier one said is forgotten at once, so that nothing old stands under a new name. */
  adoptEpoch(epoch: number): void {
    if (this.#epoch === epoch) return;
    this.forget();
    this.#epoch = epoch;
  }

  /** Takes a layout; one of another epoch than that under way is left out, and a new one forgets all that the old one said. */
  adoptLayout(layout: L): void {
    if (this.#layout?.epoch === layout.epoch) return;
    if (this.#epoch !== null && this.#epoch !== layout.epoch) return;
    const epoch = this.#epoch;
    this.forget();
    this.#epoch = epoch;
    this.#layout = layout;
  }

  /** Forgets everything: another server's epochs are not comparable. */
  forget(): void {
    this.#epoch = null;
    this.#layout = null;
    this.#frame = null;
    this.#history = null;
    this.#rows = [];
    this.#report = null;
    this.#next = null;
    this.#reportTotal = 0;
    this.#shownAtMs = Number.NEGATIVE_INFINITY;
  }

  adoptFrame(frame: F): void {
    if (frame.epoch === this.#layout?.epoch) this.#frame = frame;
  }

  adoptHistory(frame: HistoryFrame): void {
    if (frame.epoch === this.#layout?.epoch) this.#history = frame;
  }

  /** Throws ProvenanceError when a row is of the other domain. */
  adoptKpis(message: KpisMessage): void {
    const rows = requireDomain<D, KpiRow>(this.domain, message.rows, (row) => `"${row.metric}"`);
    if (message.epoch === this.#layout?.epoch) this.#rows = rows as readonly KpiRow<D>[];
  }

  /** Throws ProvenanceError when a hand-off is of the other domain. */
  adoptReports(message: ReportsMessage, nowMs: number): void {
    const reports = requireDomain<D, HandOffReport>(this.domain, message.reports, () => "a hand-off");
    if (message.epoch !== this.#layout?.epoch) return;
    this.#reportTotal = message.total;
    const newest = reports.at(-1) as HandOffReport<D> | undefined;
    if (newest === undefined) return;
    const waiting = this.#next !== null;
    this.#next = newest;
    if (waiting) return;
    const waitMs = this.#shownAtMs + shownForMs - nowMs;
    if (waitMs <= 0) this.#showNext(nowMs);
    else setTimeout(() => this.#showNext(performance.now()), waitMs);
  }

  #showNext(nowMs: number): void {
    if (this.#next === null) return;
    this.#report = this.#next;
    this.#next = null;
    this.#shownAtMs = nowMs;
  }
}
