// What a request trace shows, and what each arm would change in it where the trace says what inputs share.
import type { Tally, UnitResult } from "#core";
import { kvCacheBytes } from "../cost/model.ts";
import { prefillFlops } from "../cost/prefill.ts";
import type { AgentArm } from "../pipeline/arms.ts";
import type { ImportOptions } from "./import-transcript.ts";
import type { RequestWorkload } from "./request-workload.ts";

/** Computable where prefix blocks are known: no cache, an unbounded cache, and the same blocks pulled from elsewhere. */
export const requestArms: readonly AgentArm[] = ["text", "prefix-cache", "kv"];

const GROUP_S = 60;

/**
 * Returns one unit for each minute of the trace and arm. Requests of one minute share conversations, so minutes are the
 * groups of the interval; conversations that go on from minute to minute make it too narrow.
 */
export function importedRequestUnits(
  workload: RequestWorkload,
  { name, arms, costs }: ImportOptions,
): readonly UnitResult<"agent">[] {
  const minutes = splitByMinute(workload.arrivalS);
  return arms.flatMap((arm) =>
    minutes.map(({ minute, from, to }): UnitResult<"agent"> => {
      const unit = `minute=${minute}`;
      const about = { domain: "agent", scenario: name, arm, seed: null, unit, group: unit } as const;
      const range = { from, to };
      return requestArms.includes(arm as AgentArm)
        ? {
            ...about,
            kind: "simulated",
            tallies: formulaTallies(workload, range, arm as AgentArm, costs),
          }
        : { ...about, tallies: observedTallies(workload, range) };
    }),
  );
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function observedTallies(workload: RequestWorkload, range: Range): Record<string, Tally> {
  const { inputTokens, outputTokens, blocks } = workload;
  const requests = range.to - range.from;
  const perRequest = (value: (request: number) => number): Tally => ({
    sum: total(range, value),
    weight: requests,
  });
  return {
    requests: { sum: requests, weight: requests },
    inputTokensPerRequest: perRequest((i) => inputTokens[i]),
    outputTokensPerRequest: perRequest((i) => outputTokens[i]),
    ...(blocks === null
      ? {}
      : {
          rereadTokensPerRequest: perRequest((i) =>
            Math.min(blocks.seen[i] * blocks.blockTokens, inputTokens[i]),
          ),
          cacheReadShare: {
            sum: total(range, (i) => blocks.seen[i]),
            weight: total(range, (i) => blocks.count[i]),
          },
        }),
  };
}

function formulaTallies(
  { inputTokens, blocks }: RequestWorkload,
  range: Range,
  arm: AgentArm,
  { scenario }: ImportOptions["costs"],
): Record<string, Tally> {
  if (blocks === null) return {};
  const { model, kv } = scenario;
  const requests = range.to - range.from;
  const perRequest = (value: (request: number) => number): Tally => ({
    sum: total(range, value),
    weight: requests,
  });
  // The last token is always computed: its output is the first one generated.
  const cached = (i: number): number =>
    arm === "text" ? 0 : Math.min(blocks.seen[i] * blocks.blockTokens, inputTokens[i] - 1);
  return {
    prefillTokensPerHop: perRequest((i) => inputTokens[i] - cached(i)),
    flopsPerHop: perRequest((i) => prefillFlops(model, inputTokens[i] - cached(i), cached(i))),
    cacheReadShare: { sum: total(range, cached), weight: total(range, (i) => inputTokens[i]) },
    ...(arm === "kv"
      ? { wireBytesPerHop: perRequest((i) => kvCacheBytes(model, cached(i), kv.precision)) }
      : {}),
  };
}

function total({ from, to }: Range, value: (request: number) => number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += value(i);
  return sum;
}

/** Returns the requests of each minute that has any, as ranges; arrivals ascend. */
function splitByMinute(arrivalS: Float64Array): readonly (Range & { readonly minute: number })[] {
  const minutes: { minute: number; from: number; to: number }[] = [];
  for (const [i, timeS] of arrivalS.entries()) {
    const minute = Math.floor(timeS / GROUP_S);
    const last = minutes[minutes.length - 1];
    if (last?.minute === minute) last.to = i + 1;
    else minutes.push({ minute, from: i, to: i + 1 });
  }
  return minutes;
}
