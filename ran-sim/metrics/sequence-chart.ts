import { coldReasons, endInWords, endOfHandOff, type HandOffEnd, type ReceptionOutcome } from "#core";

/** One phone's handovers as message sequence charts in plain text, from the rows of a stored run. */

/** A row of the view `events`, of one phone in one world under one arm. */
export interface StoredEvent {
  readonly time_s: number;
  readonly type: string;
  readonly attempt: number | null;
  readonly source: string | null;
  readonly target: string | null;
  readonly detail: string | null;
  /** L3 level and 200 ms mean SINR of both cells on that tick; runs of earlier versions have none. */
  readonly source_rsrp_dbm?: number | null;
  readonly target_rsrp_dbm?: number | null;
  readonly source_sinr_db?: number | null;
  readonly target_sinr_db?: number | null;
}

/** A row of the view `handovers`, likewise. */
export interface StoredHandover {
  readonly attempt: number;
  readonly source: string;
  readonly target: string;
  /** Absent in runs that were stored before attempts could begin without a request. */
  readonly started_s?: number | null;
  readonly requested_s: number | null;
  readonly outcome: string;
  readonly interruption_ms: number | null;
  readonly time_of_stay_s: number | null;
  readonly ping_pong: boolean;
  /** The way out of a ping-pong, and how long the source had served: runs of earlier versions have neither. */
  readonly ping_pong_out?: boolean | null;
  readonly stay_before_s?: number | null;
  readonly mro: string | null;
}

const UE = 0;
const SOURCE = 1;
const TARGET = 2;
const AMF = 3;

/** Where the lifelines stand, and how wide a line is. */
const LIFELINES = [12, 46, 80, 108] as const;
const WIDTH = LIFELINES[AMF] + 1;

type Lifeline = typeof UE | typeof SOURCE | typeof TARGET | typeof AMF;
/** An arrow between two lifelines, or a remark on one. */
type Line = readonly [from: Lifeline, to: Lifeline, label: string] | readonly [at: Lifeline, remark: string];

const lines: Readonly<Record<string, Line>> = {
  report: [UE, SOURCE, "MeasurementReport"],
  handoverRequest: [SOURCE, TARGET, "HANDOVER REQUEST"],
  latentSent: [SOURCE, TARGET, "latent payload"],
  handoverAcknowledge: [TARGET, SOURCE, "HANDOVER REQUEST ACK"],
  candidateConfiguration: [SOURCE, UE, "RRCReconfiguration (stored)"],
  earlySynchronisation: [UE, TARGET, "early synchronisation"],
  snStatusTransfer: [SOURCE, TARGET, "SN STATUS TRANSFER"],
  earlyStatusTransfer: [SOURCE, TARGET, "EARLY STATUS TRANSFER"],
  randomAccess: [UE, TARGET, "random access"],
  handoverComplete: [UE, TARGET, "RRCReconfigurationComplete"],
  handoverSuccess: [TARGET, SOURCE, "HANDOVER SUCCESS"],
  pathSwitchRequest: [TARGET, AMF, "PATH SWITCH REQUEST"],
  pathSwitchAcknowledge: [AMF, TARGET, "PATH SWITCH ACK"],
  ueContextRelease: [TARGET, SOURCE, "UE CONTEXT RELEASE"],
  sourceLinkFailure: [UE, "the source link fails; the target may still be reached"],
  enteringCondition: [UE, "the entering condition of the event begins to hold"],
  radioLinkFailure: [UE, "radio link failure: T310 expired"],
  relocationTimeout: [SOURCE, "TXnRELOCoverall expired"],
};

const commands: Readonly<Record<string, Line>> = {
  command: [SOURCE, UE, "RRCReconfiguration"],
  cellSwitch: [SOURCE, UE, "LTM cell switch (MAC CE)"],
  condition: [UE, "execution condition met: the phone goes by itself"],
  recovery: [UE, "the selected cell is a candidate: its stored configuration is applied"],
};

const reasons: Readonly<Record<string, string>> = {
  completed: "completed",
  refused: "refused by the target",
  preparationTimeout: "no answer before TXnRELOCprep expired",
  cancelled: "withdrawn by the source",
  failedState2:
    "failed in state 2: the link was lost, or T310 ran, after the entering condition and before the command could be delivered",
  failedState3: "failed in state 3: the target was below Qout when the random access ended",
  overtakenByRlf: "overtaken by a radio link failure while no command could come",
  openAtEnd: "still under way when the run ended",
};

/**
 * Returns the charts of one phone, one for each attempt and each failure outside of one, in the order in which they
 * begin. `events` must be in the order in which they happened. `planned`: how handovers of the arm end when all goes well; null
 * for one of which that is not known, whose charts tell only what came of a payload. `remarksOf` returns more rows of an attempt, which
 * are put in by their times.
 */
export function sequenceCharts(
  events: readonly StoredEvent[],
  handovers: readonly StoredHandover[],
  planned: HandOffEnd | null,
  remarksOf: (rows: readonly StoredEvent[], handover: StoredHandover) => readonly StoredEvent[] = () => [],
): readonly string[] {
  const attempts = new Map(handovers.map((row) => [row.attempt, row]));
  return groups(events).map(({ attempt, rows }) => {
    const handover = attempt === null ? undefined : attempts.get(attempt);
    const title = handover === undefined ? `at ${seconds(rows[0].time_s)} s` : titleOf(handover, rows);
    const heads =
      handover === undefined
        ? ["UE", "source", "target", "AMF"]
        : ["UE", `${handover.source} (source)`, `${handover.target} (target)`, "AMF"];
    const told = [
      ...withEnd(rows, planned),
      ...(handover === undefined ? [] : remarksOf(rows, handover)),
    ].sort((a, b) => a.time_s - b.time_s);
    return [title, header(heads), ...told.map(draw)].join("\n");
  });
}

/** Returns the rows with what the target knows in the end after each completion, of arms that send nothing too. */
function withEnd(rows: readonly StoredEvent[], planned: HandOffEnd | null): readonly StoredEvent[] {
  const told = rows.some(({ type }) => type === "latentReceived");
  const remark = (event: StoredEvent, detail: string): StoredEvent => ({
    ...event,
    type: "latentReceived",
    detail,
  });
  return rows.flatMap((event) => {
    if (event.type === "handoverComplete" && !told && planned !== null) {
      return [event, remark(event, endInWords(planned))];
    }
    if (event.type !== "latentReceived") return [event];
    return [remark(event, endOfStored(event.detail, planned))];
  });
}

/** Returns in words what a stored reception and the arm's plan come to. */
function endOfStored(detail: string | null, planned: HandOffEnd | null): string {
  const received = detail as ReceptionOutcome | null;
  if (received !== null && received !== "warm" && !coldReasons.includes(received)) return received;
  if (planned !== null) {
    // An arm that carries nothing on purpose stores this of each handover.
    const silent = received === "none-sent" && planned.because === "notCarried";
    return endInWords(endOfHandOff(planned, silent ? null : received));
  }
  return received === "warm" || received === null
    ? "there again"
    : endInWords({ ends: "lost", because: received });
}

interface Group {
  readonly attempt: number | null;
  readonly rows: StoredEvent[];
}

/** Events that end what followed a failure. */
const servedAgain: ReadonlySet<string> = new Set(["reestablishment", "connectionSetup", "handoverComplete"]);

/** What is of no attempt (a recovery) belongs to the failure before it, or stands by itself. */
function groups(events: readonly StoredEvent[]): readonly Group[] {
  const all: Group[] = [];
  const ofAttempt = new Map<number, Group>();
  let failed: Group | null = null;
  for (const event of events) {
    const { attempt } = event;
    let group: Group | null = attempt === null ? failed : (ofAttempt.get(attempt) ?? null);
    if (group === null) {
      group = { attempt, rows: [] };
      all.push(group);
      if (attempt !== null) ofAttempt.set(attempt, group);
    }
    group.rows.push(event);
    if (event.type === "radioLinkFailure" || event.type === "handoverFailure") failed = group;
    else if (servedAgain.has(event.type)) failed = null;
  }
  return all;
}

function titleOf(row: StoredHandover, rows: readonly StoredEvent[]): string {
  const cause = rows.find(({ type }) => type === "preparationFailure")?.detail?.split(": ")[1];
  const more = [
    cause === undefined ? null : cause,
    row.interruption_ms === null ? null : `without service for ${row.interruption_ms} ms`,
    row.time_of_stay_s === null ? null : `then ${row.time_of_stay_s} s in ${row.target}`,
    row.ping_pong_out === true ? `a ping-pong begins: the next handover goes back to ${row.source}` : null,
    row.ping_pong ? pingPongBack(row) : null,
    row.mro === null ? null : `class ${row.mro}`,
  ].filter((part) => part !== null);
  const reason = reasons[row.outcome] ?? row.outcome;
  const about = `attempt ${row.attempt}, ${row.source} to ${row.target}, at ${seconds(row.started_s ?? row.requested_s ?? 0)} s`;
  return `${about}: ${[reason, ...more].join("; ")}`;
}

function pingPongBack({ source, target, stay_before_s: stayS }: StoredHandover): string {
  return stayS == null
    ? "a ping-pong"
    : `the way back of a ping-pong: ${stayS} s in ${source}, then ${target} again`;
}

function header(names: readonly string[]): string {
  const line = blank(false);
  put(line, 2, "time (s)");
  for (const [lifeline, name] of names.entries()) {
    put(line, Math.max(LIFELINES[lifeline] - Math.floor(name.length / 2), lifeline === 0 ? 12 : 0), name);
  }
  return line.join("").trimEnd();
}

function draw(event: StoredEvent): string {
  const line = blank(true);
  put(line, 0, seconds(event.time_s).padStart(10));
  const drawn = lineOf(event);
  if (drawn.length === 2) {
    put(line, LIFELINES[drawn[0]], `* ${drawn[1]}`);
    return withLevels(line, event);
  }
  const [from, to, label] = drawn;
  const left = LIFELINES[Math.min(from, to)];
  const right = LIFELINES[Math.max(from, to)];
  for (let at = left + 1; at < right; at++) line[at] = "-";
  if (to > from) line[right - 1] = ">";
  else line[left + 1] = "<";
  const text = ` ${label} `;
  put(line, left + Math.max(2, Math.floor((right - left - text.length) / 2)), text);
  return withLevels(line, event);
}

/** Steps at which the levels say why: when a rule decides, and when it turns out to have been right or wrong. */
const explained: ReadonlySet<string> = new Set([
  ...["enteringCondition", "report", "preparationFailure", "handoverCommand", "handoverComplete"],
  ...["handoverFailure", "radioLinkFailure", "reestablishment", "connectionSetup"],
]);

/** Behind the lifelines: what each cell was like on that tick, and by how much the target was the stronger one. */
function withLevels(line: readonly string[], event: StoredEvent): string {
  const text = line.join("");
  const parts = [
    level("source", event.source_rsrp_dbm, event.source_sinr_db),
    level("target", event.target_rsrp_dbm, event.target_sinr_db),
  ].filter((part) => part !== null);
  if (!explained.has(event.type) || parts.length === 0) return text.trimEnd();
  const { source_rsrp_dbm: source, target_rsrp_dbm: target } = event;
  const margin = source == null || target == null ? [] : [`margin ${(target - source).toFixed(1)} dB`];
  return `${text}   ${[...parts, ...margin].join(", ")}`;
}

function level(name: string, rsrpDbm?: number | null, sinrDb?: number | null): string | null {
  if (rsrpDbm == null) return null;
  const sinr = sinrDb == null ? "" : `, SINR ${sinrDb.toFixed(1)} dB`;
  return `${name} ${rsrpDbm.toFixed(1)} dBm${sinr}`;
}

function lineOf({ type, detail, target }: StoredEvent): Line {
  switch (type) {
    case "handoverCommand":
      return commands[detail ?? "command"] ?? [UE, detail ?? type];
    case "preparationFailure":
      if (detail?.startsWith("refused") === true) return [TARGET, SOURCE, "HO PREPARATION FAILURE"];
      return detail?.startsWith("overtakenByRlf") === true
        ? [SOURCE, detail]
        : [SOURCE, TARGET, "HANDOVER CANCEL"];
    case "handoverFailure":
      return [UE, `handover failure, ${detail}`];
    case "reestablishment":
      return [UE, `served by ${target}`];
    case "connectionSetup":
      return [UE, `served by ${target}, after an RRC setup`];
    case "setupFailure":
      return [UE, `${detail} expired: no RRC setup by ${target}`];
    case "connectionReleased":
      return [UE, `${detail} expired: RRC_IDLE`];
    case "lineOfSight":
      return [detail?.includes("(target)") === true ? TARGET : SOURCE, detail ?? type];
    case "latentReceived":
      return [TARGET, `what was known is ${detail}`];
    default:
      return lines[type] ?? [UE, type];
  }
}

function blank(withLifelines: boolean): string[] {
  const line = new Array<string>(WIDTH).fill(" ");
  if (withLifelines) for (const at of LIFELINES) line[at] = "|";
  return line;
}

function put(line: string[], at: number, text: string): void {
  for (let i = 0; i < text.length; i++) line[at + i] = text[i];
}

function seconds(timeS: number): string {
  return timeS.toFixed(3);
}
