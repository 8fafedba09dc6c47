/** What a server counts while it serves, and `GET /metrics`, which tells it to Prometheus. */
import type { Domain } from "#core";
import type { ErrorCode, RunState } from "../protocol.ts";
import { type ExposedMetric, exposition, expositionType } from "./exposition.ts";
import type { Route } from "./routes.ts";
import { securityHeaders } from "./security-headers.ts";

/** Counts of all clients together since the start. */
export interface ServerCounts {
  framesSent: number;
  /** For clients that read too slowly. */
  framesLeftOut: number;
  messagesSent: number;
  messagesLeftOut: number;
  /** Before the socket packs them. */
  bytesSent: number;
  readonly refused: Map<ErrorCode, number>;
}

export function noCounts(): ServerCounts {
  return {
    framesSent: 0,
    framesLeftOut: 0,
    messagesSent: 0,
    messagesLeftOut: 0,
    bytesSent: 0,
    refused: new Map(),
  };
}

/** What is true at the moment of asking. */
export interface ServerGauges {
  readonly viewers: number;
  /** null before both simulators are loaded. */
  readonly run: RunState | null;
  /** Simulated seconds per second, null while a side stands still. */
  readonly pace: Readonly<Record<Domain, number | null>>;
}

/** Answers with the counts, the gauges and what the process uses. */
export function metricsRoute(counts: ServerCounts, gauges: () => ServerGauges): Route {
  return {
    method: "GET",
    path: "/metrics",
    answer(_request, response) {
      response
        .writeHead(200, { ...securityHeaders, "Content-Type": expositionType, "Cache-Control": "no-store" })
        .end(exposition([...countMetrics(counts), ...gaugeMetrics(gauges()), ...processMetrics()]));
    },
  };
}

function countMetrics(counts: ServerCounts): ExposedMetric[] {
  const counter = (name: string, help: string, value: number): ExposedMetric => ({
    name,
    type: "counter",
    help,
    samples: [{ value }],
  });
  return [
    counter("baton_frames_sent_total", "Binary frames sent, all viewers together.", counts.framesSent),
    counter(
      "baton_frames_left_out_total",
      "Binary frames left out for viewers that read too slowly.",
      counts.framesLeftOut,
    ),
    counter("baton_messages_sent_total", "Text messages sent, all viewers together.", counts.messagesSent),
    counter(
      "baton_messages_left_out_total",
      "Text messages left out for viewers that read too slowly.",
      counts.messagesLeftOut,
    ),
    counter("baton_sent_bytes_total", "Bytes sent before compression.", counts.bytesSent),
    {
      name: "baton_refused_messages_total",
      type: "counter",
      help: "Messages of viewers that were refused, by the code of docs/protocol.md.",
      samples: [...counts.refused].map(([code, value]) => ({ labels: { code }, value })),
    },
  ];
}

function gaugeMetrics({ viewers, run, pace }: ServerGauges): ExposedMetric[] {
  const domains = ["ran", "agent"] as const;
  return [
    {
      name: "baton_viewers",
      type: "gauge",
      help: "Viewers that have said hello and are connected.",
      samples: [{ value: viewers }],
    },
    {
      name: "baton_side_running",
      type: "gauge",
      help: "1 while the simulator of a side runs or is paused, 0 while it starts or has stopped.",
      samples:
        run === null
          ? []
          : domains.map((domain) => ({
              labels: { domain },
              value: run[domain].status === "running" ? 1 : 0,
            })),
    },
    {
      name: "baton_simulated_seconds_per_second",
      type: "gauge",
      help: "Simulated seconds that a side reached per second; absent while it stands still.",
      samples: domains.flatMap((domain) => {
        const value = pace[domain];
        return value === null || viewers === 0 ? [] : [{ labels: { domain }, value }];
      }),
    },
  ];
}

/** By the names that Prometheus' client libraries agree on. */
function processMetrics(): ExposedMetric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const startedS = Date.now() / 1000 - process.uptime();
  const metric = (type: "counter" | "gauge", name: string, help: string, value: number): ExposedMetric => ({
    name,
    type,
    help,
    samples: [{ value }],
  });
  return [
    metric(
      "counter",
      "process_cpu_seconds_total",
      "Processor time of the server and its simulators, in seconds.",
      (user + system) / 1e6,
    ),
    metric("gauge", "process_resident_memory_bytes", "Resident memory, in bytes.", rss),
    metric("gauge", "process_start_time_seconds", "When the process started, in Unix seconds.", startedS),
    metric("gauge", "nodejs_heap_size_used_bytes", "Heap in use by the server's own thread.", heapUsed),
  ];
}
