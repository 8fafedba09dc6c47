/** Where the events of two versions part: the first event of each phone and arm that is not the same, levels apart. */

export type EventRow = Readonly<Record<string, string | number | null>>;

export interface EventDifference {
  readonly phone: string;
  /** Null where that version has no more events of the phone. */
  readonly before: EventRow | null;
  readonly after: EventRow | null;
}

export interface EventComparison {
  /** Events of the version before, and of the one after. */
  readonly counts: readonly [number, number];
  readonly differences: readonly EventDifference[];
  /** Greatest difference of a level told with events that are the same, dB; a level that only one of them has counts as infinite. */
  readonly levelDb: number;
}

const levelColumns = ["source_rsrp_dbm", "target_rsrp_dbm", "source_sinr_db", "target_sinr_db"];

/** Returns the comparison of two runs of one world, each in its own order. */
export function compareEvents(before: readonly EventRow[], after: readonly EventRow[]): EventComparison {
  const old = byPhone(before);
  const now = byPhone(after);
  const differences: EventDifference[] = [];
  let levelDb = 0;
  for (const phone of new Set([...old.keys(), ...now.keys()])) {
    const a = old.get(phone) ?? [];
    const b = now.get(phone) ?? [];
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (i >= a.length || i >= b.length || withoutLevels(a[i]) !== withoutLevels(b[i])) {
        differences.push({ phone, before: a[i] ?? null, after: b[i] ?? null });
        break;
      }
      for (const column of levelColumns) levelDb = Math.max(levelDb, levelGapDb(a[i][column], b[i][column]));
    }
  }
  return { counts: [before.length, after.length], differences, levelDb };
}

function byPhone(rows: readonly EventRow[]): Map<string, EventRow[]> {
  const phones = new Map<string, EventRow[]>();
  for (const row of rows) {
    const phone = `${row.arm}, ${row.unit}, phone ${row.ue}`;
    const of = phones.get(phone);
    if (of === undefined) phones.set(phone, [row]);
    else of.push(row);
  }
  return phones;
}

function withoutLevels(row: EventRow): string {
  return JSON.stringify(
    Object.entries(row)
      .filter(([column]) => !levelColumns.includes(column))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function levelGapDb(a: string | number | null | undefined, b: string | number | null | undefined): number {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b);
  return (a ?? null) === (b ?? null) ? 0 : Number.POSITIVE_INFINITY;
}
