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
import { apart, counted, FEWEST_GROUPS, type Reading, size, tendency } from "./verdict-words.ts";

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
  readonly row: (arm: string, metric: string) => KpiRow | undefined;
}

const questions: Readonly<Record<Domain | "answers", Question>> = {
  ran: {
    carried: ["whole"],
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
  /** Of agents, where a model answers. */
  answers: {
    carried: ["latent"],
    reference: "cold",
    metric: "exactMatch",
    wire: "wireBytesPerHop",
    better: "more",
    write: writeAnswers,
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
  const isAnswered = experiment.metrics.some(({ metric }) => metric === questions.answers.metric);
  const question = questions[isAnswered ? "answers" : experiment.domain];
  const { metric, reference } = question;
  const scenario = units[0]?.scenario;
  const here = units.filter((unit) => unit.scenario === scenario);
  const rowOf = (arm: string, of: string): KpiRow | undefined =>
    kpis.find(
      (row) =>
        row.experiment === experiment.name &&
        row.domain === experiment.domain &&
        row.scenario === scenario &&
        row.arm === arm &&
        row.metric === of,
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
  return { ...verdict, line: question.write({ verdict, value, row: rowOf }) };

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

function writeAnswers({ verdict, value, row }: Parts): string {
  const { scenario, arm, reference, n, reading } = verdict;
  const points = (of: number): string => (100 * of).toFixed(0);
  const right = (of: string): string => {
    const answers = row(of, "exactMatch");
    if (answers?.value == null) return "-";
    const [lo, hi] = answers.ci95;
    if (answers.value === 1) return `100 (all ${answers.n})`;
    if (answers.value === 0) return `0 (none of ${answers.n})`;
    const interval = lo === null || hi === null || n < FEWEST_GROUPS ? "" : ` [${points(lo)}, ${points(hi)}]`;
    return `${points(answers.value)}${interval}`;
  };
  const costs = (of: string): string => {
    const [tokens, bytes] = [value(of, "prefillTokensPerHop"), value(of, "wireBytesPerHop")];
    return `${tokens === null ? "-" : tokens.toFixed(1)} tokens read, ${bytes === null ? "-" : size(bytes)} a hand-off`;
  };
  const ran = (of: string): boolean => row(of, "exactMatch") !== undefined;
  const gain = apart(verdict, { write: points, unit: "in 100", more: "more", less: "fewer" });
  const stranger = ran("another")
    ? `, ${right("another")} with a stranger's latent (another, the control)`
    : "";
  const others = [
    ["slots", "a latent whose sender is told where the values stand"],
    ["prefix-cache", "text that the receiver's prefix cache still holds"],
  ]
    .filter(([name]) => ran(name))
    .map(([name, what]) => ` ${name}, ${what}: ${right(name)}, ${costs(name)}.`);
  return (
    `Agents (${scenario}, ${counted(n, "document")}, measured through a small decoder): the right answers in 100 are ` +
    `${right(arm)} with the learned latent (${arm}: ${costs(arm)}), ${right(reference)} with nothing (${reference})${stranger}: ` +
    `${arm} against ${reference} ${gain}.${others.join("")}${tendency(reading, n, "documents")}`
  );
}
