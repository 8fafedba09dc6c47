import {
  type ArmDescription,
  type Comparison,
  compareArms,
  type Domain,
  type Experiment,
  type Interval,
  type KpiRow,
  type UnitResult,
} from "#core";

/**
 * What a comparison comes to, in one line for each domain: what carrying gives back, and the cheapest arm that does as well.
 * All of it is computed from the rows and units that were just made.
 */
export interface Verdict {
  readonly domain: Domain;
  readonly scenario: string;
  /** The arm that carries the whole state, and the receiver that it is held against. */
  readonly arm: string;
  readonly reference: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number | null;
  readonly referenceValue: number | null;
  /** `arm` minus `reference`. */
  readonly difference: number | null;
  readonly ci95: Interval;
  /** Groups (worlds, tasks) that the difference is over. */
  readonly n: number;
  readonly reading: Reading;
  /** The cheapest arm on the wire that does as well as `arm` or better, against `arm`; null where none of the run does. */
  readonly cheaper: {
    readonly arm: string;
    readonly value: number | null;
    /** `cheaper.arm` minus `arm`. */
    readonly difference: number | null;
    readonly ci95: Interval;
    readonly reading: "better" | "no difference seen" | "nearly as well";
    readonly wireBytes: number;
  } | null;
  /** The line that is printed. */
  readonly line: string;
}

/** `too few`: below {@link FEWEST_GROUPS}, so that no interval guards the number. */
export type Reading = "gain" | "loss" | "no difference seen" | "too few";

/** With fewer groups a bootstrap has so few distinct resamples that its interval is no guard. */
const FEWEST_GROUPS = 5;
/** Fewer worlds than this show a tendency, not a result (the project's protocol). */
export const GROUPS_FOR_A_CLAIM = 20;
/** An arm within this share of what carrying gives back does nearly as well, even where that little is seen for sure. */
const NEARLY = 0.05;

/** What a domain asks of a hand-off, and which arm carries all. */
interface Question {
  readonly carried: readonly string[];
  readonly reference: string;
  readonly metric: string;
  readonly wire: string;
  readonly better: "more" | "less";
  write(parts: Parts): string;
}

interface Parts {
  readonly verdict: Omit<Verdict, "line">;
  /** Of another metric and arm of the same run. */
  readonly value: (arm: string, metric: string) => number | null;
}

const questions: Readonly<Record<Domain, Question>> = {
  ran: {
    carried: ["whole", "full"],
    reference: "cold",
    metric: "postHandoverAccuracy.50-250ms",
    wire: "xnPayloadBytesPerHandover",
    better: "more",
    write: writePhones,
  },
  agent: {
    carried: ["kv"],
    reference: "text",
    metric: "prefillTokensPerHop",
    wire: "wireBytesPerHop",
    better: "less",
    write: writeAgents,
  },
};

/**
 * Returns the verdict of one experiment on its first scenario; null where the arm that carries, or the reference, did not run.
 * `arms` describes them: one whose receiver does not get what the sender knew is no substitute for carrying, however little it
 * costs.
 */
export function verdictOf<D extends Domain>(
  experiment: Pick<Experiment<D>, "name" | "domain" | "metrics">,
  kpis: readonly KpiRow[],
  units: readonly UnitResult<D>[],
  arms: readonly ArmDescription[],
): Verdict | null {
  const question = questions[experiment.domain];
  const { metric, reference } = question;
  const scenario = units[0]?.scenario;
  const here = units.filter((unit) => unit.scenario === scenario);
  const rowOf = (arm: string, of: string): KpiRow | undefined =>
    kpis.find(
      (row) =>
        row.domain === experiment.domain && row.scenario === scenario && row.arm === arm && row.metric === of,
    );
  const value = (arm: string, of: string): number | null => rowOf(arm, of)?.value ?? null;
  const carried = question.carried.find((arm) => rowOf(arm, metric) !== undefined);
  if (scenario === undefined || carried === undefined) return null;
  const only = { ...experiment, metrics: experiment.metrics.filter((one) => one.metric === metric) };
  const gained = compareArms<D>(only, here, reference).find(({ arm }) => arm === carried);
  if (gained === undefined) return null;
  const wireOf = (arm: string): number | null => value(arm, question.wire);
  const verdict = {
    domain: experiment.domain,
    scenario,
    arm: carried,
    reference,
    metric,
    unit: gained.unit,
    value: value(carried, metric),
    referenceValue: value(reference, metric),
    difference: gained.difference,
    ci95: gained.ci95,
    n: gained.n,
    reading: readingOf(gained, question.better),
    cheaper: cheaperThan(carried, gained, compareArms<D>(only, here, carried)),
  };
  return { ...verdict, line: question.write({ verdict, value }) };

  function cheaperThan(whole: string, gain: Comparison, others: readonly Comparison[]): Verdict["cheaper"] {
    const limit = wireOf(whole);
    if (limit === null) return null;
    const candidates = others.flatMap((other) => {
      const bytes = wireOf(other.arm);
      const reading = likeness(other, gain, question.better);
      if (bytes === null || bytes >= limit || reading === null || !knowsAll(other.arm)) return [];
      return [{ other, bytes, reading }];
    });
    const sign = question.better === "more" ? 1 : -1;
    const [first] = candidates.sort(
      (a, b) => a.bytes - b.bytes || sign * ((b.other.difference ?? 0) - (a.other.difference ?? 0)),
    );
    if (first === undefined) return null;
    const { other, bytes, reading } = first;
    return {
      arm: other.arm,
      value: value(other.arm, metric),
      difference: other.difference,
      ci95: other.ci95,
      reading,
      wireBytes: bytes,
    };
  }

  /** Whether the receiver has what the sender knew: kept, or restored and not in part only. */
  function knowsAll(arm: string): boolean {
    const end = arms.find(({ domain, name }) => domain === experiment.domain && name === arm)?.end;
    if (end == null || end.ends === "lost") return false;
    return !["summary", "answer", "nobodyElse"].includes(end.because);
  }
}

function readingOf({ difference, ci95: [lo, hi], n }: Comparison, better: Question["better"]): Reading {
  if (n < FEWEST_GROUPS) return "too few";
  if (difference === null || lo === null || hi === null || (lo <= 0 && hi >= 0)) return "no difference seen";
  return difference > 0 === (better === "more") ? "gain" : "loss";
}

/** Returns how an arm does against the one that carries all; null where it does worse. */
function likeness(
  { difference, ci95: [lo, hi] }: Comparison,
  gain: Comparison,
  better: Question["better"],
): NonNullable<Verdict["cheaper"]>["reading"] | null {
  if (difference === null) return null;
  const sign = better === "more" ? 1 : -1;
  if (lo === null || hi === null) return difference === 0 ? "no difference seen" : null;
  if (lo <= 0 && hi >= 0) return "no difference seen";
  if (sign * difference > 0) return "better";
  return -sign * difference <= NEARLY * Math.abs(gain.difference ?? 0) ? "nearly as well" : null;
}

function writePhones({ verdict, value }: Parts): string {
  const { scenario, arm, reference, n, reading, cheaper } = verdict;
  const share = (of: number | null): string => (of === null ? "-" : `${(100 * of).toFixed(1)} %`);
  const points = (of: number): string => (100 * of).toFixed(1);
  const wire = (of: number | null): string => `${of === null ? "-" : size(of)} a handover on Xn`;
  const bytes = value(arm, "xnPayloadBytesPerHandover");
  const gain = apart(verdict, { write: points, unit: "points", more: "more", less: "fewer" });
  const head =
    `Phones (${scenario}, ${counted(n, "world")}, simulated): 50 to 250 ms after a handover the right cell is named in ` +
    `${share(verdict.value)} of cases where the whole state is carried (${arm}, ${wire(bytes)}) and in ` +
    `${share(verdict.referenceValue)} where it is lost (${reference}): ${gain}.`;
  const few = tendency(reading, n, "worlds");
  if (cheaper === null) return `${head} No cheaper arm of this run does as well.${few}`;
  const against = apart(cheaper, { write: points, unit: "points", more: "more", less: "fewer" });
  return `${head} Cheaper: ${cheaper.arm} (${wire(cheaper.wireBytes)}) names it in ${share(cheaper.value)}, against ${arm} ${against}.${few}`;
}

function writeAgents({ verdict, value }: Parts): string {
  const { scenario, arm, reference, n, reading, cheaper } = verdict;
  const tokens = (of: number): string => Math.round(of).toLocaleString("en-GB");
  const count = (of: number | null): string => (of === null ? "-" : tokens(of));
  const of = (name: string, metric: string, write: (of: number) => string): string => {
    const known = value(name, metric);
    return known === null ? "-" : write(known);
  };
  const costs = (name: string): string =>
    [
      `first token ${of(name, "timeToFirstTokenMs.p50", (ms) => ms.toFixed(1))} ms`,
      `${of(name, "costPerTask", (usd) => usd.toFixed(4))} USD a task`,
      `${of(name, "wireBytesPerHop", size)} a hand-off`,
    ].join(", ");
  const words = { write: tokens, unit: "tokens", more: "more", less: "fewer" };
  const head =
    `Agents (${scenario}, ${counted(n, "task")}, by formula, nothing is answered): a receiver reads ${count(verdict.value)} tokens a hand-off ` +
    `where the sender's cache is carried (${arm}: ${costs(arm)}) and ${count(verdict.referenceValue)} where the text is ` +
    `(${reference}: ${costs(reference)}): ${apart(verdict, words)}.`;
  const few = tendency(reading, n, "tasks");
  if (cheaper === null) return `${head} No cheaper arm of this run does as well.${few}`;
  const likeness = cheaper.reading === "nearly as well" ? "nearly as well: " : "";
  return `${head} Cheaper: ${cheaper.arm} reads ${count(cheaper.value)}, against ${arm} ${likeness}${apart(cheaper, words)}; ${costs(cheaper.arm)}.${few}`;
}

/** Returns a difference with its interval in words: `5.4 points more [3.6, 6.7]`, `no difference seen [-0.3, 2.6]`. */
function apart(
  {
    difference,
    ci95: [lo, hi],
    reading,
  }: { readonly difference: number | null; readonly ci95: Interval; readonly reading: string },
  words: {
    readonly write: (of: number) => string;
    readonly unit: string;
    readonly more: string;
    readonly less: string;
  },
): string {
  const { write, unit, more, less } = words;
  const isLess = (difference ?? 0) < 0;
  const interval = (a: number, b: number): string => `[${write(a)}, ${write(b)}]`;
  if (difference === null) return "not known";
  if (reading === "no difference seen") {
    return `no difference seen${lo === null || hi === null ? "" : ` ${interval(lo, hi)} ${unit}`}`;
  }
  const size = `${write(Math.abs(difference))} ${unit} ${isLess ? less : more}`;
  if (reading === "too few" || lo === null || hi === null) return `${size}, without an interval`;
  return `${size} ${isLess ? interval(-hi, -lo) : interval(lo, hi)}`;
}

function tendency(reading: Reading, n: number, groups: string): string {
  if (reading === "too few") return ` Too few ${groups} for an interval: --seeds ${GROUPS_FOR_A_CLAIM}.`;
  return n < GROUPS_FOR_A_CLAIM
    ? ` So few ${groups} show a tendency: --seeds ${GROUPS_FOR_A_CLAIM} for a claim.`
    : "";
}

function counted(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}

/** Returns a number of bytes for people, in units of 1,000. */
function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [unit, per] = bytes < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
  const scaled = bytes / Number(per);
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled).toLocaleString("en-GB")} ${unit}`;
}
