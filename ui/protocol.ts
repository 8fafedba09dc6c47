/**
 * What the server and a dashboard say to each other: control as JSON text, arrays as the binary frames of
 * `frame.ts`. Both ends parse everything that arrives; `docs/protocol.md` describes it byte by byte.
 *
 * Law: decode(encode(message)) equals message, for both unions.
 */
import { z } from "zod";
import {
  type ArmDescription,
  type Domain,
  type HandOffReport,
  type KpiRow,
  keptBecause,
  kpiRowSchema,
  lostBecause,
  ProvenanceError,
  reportedPayloadBytes,
  requireDomain,
  restoredBecause,
} from "#core";

export {
  decodeFrame,
  encodeFrame,
  type Frame,
  type HistoryFrame,
  type PhonesFrame,
  type PipelineFrame,
} from "./frame.ts";

/** Counts up with every change that an older end cannot read; both ends refuse another number. */
export const PROTOCOL_VERSION = 4;

/** The longest text that a client may send; longer ones are answered with `message-too-large`. */
export const maxClientMessageBytes = 4096;

/** Simulated seconds per second. */
export const speedRange = { min: 0.5, max: 20 } as const;

/** Meaning of `phase` in a frame of phones; a phone re-establishes after a radio link or handover failure. */
export const phonePhases = ["idle", "connected", "preparing", "executing", "re-establishing"] as const;

/** Meaning of `stagePhase` in a frame of the pipeline. */
export const stagePhases = ["idle", "receiving", "prefilling", "decoding", "sending"] as const;

/** Why a message was refused; `docs/protocol.md` says which of them end the connection. */
export const errorCodes = [
  "bad-json",
  "bad-message",
  "message-too-large",
  "hello-first",
  "protocol-version",
  "unknown-scenario",
  "unknown-arm",
  "too-many-errors",
  "simulator-stopped",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A message that cannot be used; its `code` goes back to the sender. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const domain = z.enum(["ran", "agent"]);
const name = z.string().min(1).max(200);
const count = z.int().nonnegative();
const seed = z.int().min(0).max(0xffffffff);

const clientMessageSchema = z.discriminatedUnion("type", [
  /** First of all, and once. */
  z.strictObject({ type: z.literal("hello"), protocol: z.int() }),
  z.strictObject({ type: z.literal("play"), playing: z.boolean() }),
  z.strictObject({ type: z.literal("speed"), speed: z.number().min(speedRange.min).max(speedRange.max) }),
  /** Another scenario or arm on one side; that side starts again. */
  z.strictObject({ type: z.literal("select"), domain, scenario: name.optional(), arm: name.optional() }),
  /** Another first seed; both sides start again. */
  z.strictObject({ type: z.literal("seed"), seed }),
  /** Both sides start again; a side whose simulator has stopped gets a new one. */
  z.strictObject({ type: z.literal("restart") }),
]);

/** What a dashboard asks for. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

const side = z.strictObject({
  scenario: name,
  arm: name,
  epoch: count,
  status: z.enum(["starting", "running", "stopped"]),
  /** Why it has stopped, in one line. */
  problem: z.string().nullable(),
});

const handOffEnd = z.discriminatedUnion("ends", [
  z.strictObject({ ends: z.literal("kept"), because: z.enum(keptBecause) }),
  z.strictObject({ ends: z.literal("restored"), because: z.enum(restoredBecause) }),
  z.strictObject({ ends: z.literal("lost"), because: z.enum(lostBecause) }),
]);
const arm = z.strictObject({
  domain,
  name,
  summary: z.string(),
  bytes: z.string(),
  end: handOffEnd.nullable(),
  answers: z.enum(["measured", "by formula"]).optional(),
});
const catalogue = z.strictObject({
  scenarios: z.array(name),
  arms: z.array(arm),
  armsByScenario: z.record(name, z.array(arm)),
});
/** What each step does in this arm. */
const steps = z.strictObject({ compress: z.string(), transport: z.string(), project: z.string() });
const chart = z.strictObject({ metric: name, unit: name });
/** The user's own KPIs, which are rows like any other, and why others have none, in one line each. */
const formulas = z.strictObject({
  kpis: z.array(z.strictObject({ name, expression: z.string() })),
  problems: z.array(z.string()),
});

const report = z.strictObject({
  domain,
  arm: name,
  entity: count,
  from: z.string(),
  to: z.string(),
  timeS: z.number(),
  compress: z.strictObject({ label: z.string(), inputBytes: z.number(), outputBytes: z.number() }),
  transport: z.strictObject({
    label: z.string(),
    bytes: z.number(),
    headerBytes: z.number(),
    delayMs: z.number().nullable(),
  }),
  project: z.strictObject({ label: z.string(), rereadTokens: z.number().nonnegative().nullable() }),
  end: handOffEnd,
  payloadHead: z
    .string()
    .regex(/^(?:[0-9a-f]{2})*$/)
    .max(2 * reportedPayloadBytes)
    .transform(bytesOfHex),
});

const serverMessageSchema = z.discriminatedUnion("type", [
  /** Answers a hello of the same version. */
  z.strictObject({
    type: z.literal("welcome"),
    protocol: z.int(),
    catalogue: z.strictObject({ ran: catalogue, agent: catalogue }),
  }),
  /** The state of the run, shared by all clients, after every change. */
  z.strictObject({
    type: z.literal("run"),
    playing: z.boolean(),
    speed: z.number(),
    seed,
    ran: side,
    agent: side,
  }),
  z.strictObject({
    type: z.literal("ran-layout"),
    epoch: count,
    sites: z.array(z.strictObject({ xM: z.number(), yM: z.number() })),
    cells: z.array(z.strictObject({ site: count, azimuthDeg: z.number(), name: z.string() })),
    isdM: z.number().positive(),
    /** Translations onto the copies of the area that wrap-around makes; empty without wrap-around. */
    latticeM: z.array(z.strictObject({ xM: z.number(), yM: z.number() })),
    steps,
    formulas,
    chart,
  }),
  z.strictObject({
    type: z.literal("agent-layout"),
    epoch: count,
    stages: z.array(z.strictObject({ name: z.string(), role: z.string() })),
    /** Indices of stages. */
    edges: z.array(z.strictObject({ from: count, to: count })),
    steps,
    formulas,
    chart,
  }),
  /** The newest hand-offs, oldest first; `total` counts all of this epoch, those not sent included. */
  z.strictObject({
    type: z.literal("reports"),
    domain,
    epoch: count,
    total: count,
    reports: z.array(report),
  }),
  z.strictObject({
    type: z.literal("kpis"),
    domain,
    epoch: count,
    timeS: z.number(),
    rows: z.array(kpiRowSchema),
  }),
  /** Simulated seconds per second that were reached; null while paused. */
  z.strictObject({ type: z.literal("pace"), ran: z.number().nullable(), agent: z.number().nullable() }),
  z.strictObject({
    type: z.literal("error"),
    code: z.enum(errorCodes),
    message: z.string(),
    domain: domain.nullable(),
  }),
]);

type ParsedServerMessage = z.output<typeof serverMessageSchema>;

/** Rows and reports of one domain; the pair is one type, so that neither can be read as the other domain's. */
export type KpisMessage = {
  [D in Domain]: {
    readonly type: "kpis";
    readonly domain: D;
    readonly epoch: number;
    readonly timeS: number;
    readonly rows: readonly KpiRow<D>[];
  };
}[Domain];
export type ReportsMessage = {
  [D in Domain]: {
    readonly type: "reports";
    readonly domain: D;
    readonly epoch: number;
    readonly total: number;
    readonly reports: readonly HandOffReport<D>[];
  };
}[Domain];

/** What the server tells. */
export type ServerMessage =
  | Exclude<ParsedServerMessage, { type: "kpis" | "reports" }>
  | KpisMessage
  | ReportsMessage;
export type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
export type RunState = MessageOf<"run">;
export type SideState = RunState["ran"];
export type RanLayout = MessageOf<"ran-layout">;
export type AgentLayout = MessageOf<"agent-layout">;
/** A KPI of the user's own, as written. */
export type OwnKpi = RanLayout["formulas"]["kpis"][number];
/** What one side offers to choose from. */
export interface Catalogue {
  scenarios: string[];
  /** Of every scenario that has no list of its own. */
  arms: ArmDescription[];
  /** Scenarios that run other arms than the rest, or run arms of the same names in another way. */
  armsByScenario: Record<string, ArmDescription[]>;
}

/** Returns the arms that a scenario can be run with; those of most where the scenario is not known yet. */
export function armsOf(catalogue: Catalogue, scenario: string | undefined): readonly ArmDescription[] {
  const own = scenario === undefined ? undefined : Object.entries(catalogue.armsByScenario);
  return own?.find(([name]) => name === scenario)?.[1] ?? catalogue.arms;
}

/** Returns the JSON text of a message of either direction; bytes become lower-case hex. */
export function encodeMessage(message: ServerMessage | ClientMessage): string {
  return JSON.stringify(message, (_key, value) => (value instanceof Uint8Array ? hexOfBytes(value) : value));
}

/** Returns what a client sent. Throws ProtocolError, and nothing else, when it cannot be used. */
export function decodeClientMessage(text: string): ClientMessage {
  const parsed = clientMessageSchema.safeParse(parseJson(text));
  if (!parsed.success) throw badMessage(parsed.error);
  return parsed.data;
}

/**
 * Returns what the server sent. Throws ProtocolError when it cannot be used, and ProvenanceError when a row or a report
 * of one domain came as the other's.
 */
export function decodeServerMessage(text: string): ServerMessage {
  const json = parseJson(text);
  const welcome = z.looseObject({ type: z.literal("welcome"), protocol: z.unknown() }).safeParse(json);
  if (welcome.success && welcome.data.protocol !== PROTOCOL_VERSION) {
    throw new ProtocolError(
      "protocol-version",
      `the server speaks protocol ${String(welcome.data.protocol)}, this page ${PROTOCOL_VERSION}`,
    );
  }
  const parsed = serverMessageSchema.safeParse(json);
  if (!parsed.success) throw badMessage(parsed.error);
  return requireMessageDomain(parsed.data as ServerMessage);
}

/** Returns `message` when all that it carries is of the domain that it names; throws ProvenanceError otherwise. */
export function requireMessageDomain(message: ServerMessage): ServerMessage {
  if (message.type === "kpis")
    requireDomain<Domain, KpiRow>(message.domain, message.rows, (row) => `"${row.metric}"`);
  if (message.type === "reports") {
    requireDomain<Domain, HandOffReport>(message.domain, message.reports, () => "a hand-off");
  }
  return message;
}

export { ProvenanceError };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError("bad-json", "expected JSON text");
  }
}

function badMessage(error: z.ZodError): ProtocolError {
  const issue = error.issues[0];
  const path = issue.path.map(String).join(".");
  return new ProtocolError("bad-message", `${path === "" ? "message" : path}: ${issue.message}`);
}

function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
