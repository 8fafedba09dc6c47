// What a request trace shows, and what each arm would change in it where the trace says what inputs share.
import type { Pause, UnitResult } from "#core";
import { kvCacheBytes } from "../cost/model.ts";
import { prefillFlops } from "../cost/prefill.ts";
import type { AgentArm } from "../hand-off/arms.ts";
import { createBoundedUnits } from "./bounded-units.ts";
import type { ImportOptions } from "./hop-tallies.ts";
import { forEachPausing } from "./pausing.ts";
import type { TracedRequest } from "./request-workload.ts";

/** Computable where prefix blocks are known: no cache, an unbounded cache, and the same blocks pulled from elsewhere. */
export const requestArms: readonly AgentArm[] = ["text", "prefix-cache", "kv"];

const GROUP_S = 60;

type Sums = Record<string, { sum: number; weight: number }>;

/**
 * Returns one unit for each minute of the trace and arm. Requests of one minute share conversations, so minutes are the
 * groups of the interval (several, where there are very many); conversations that go on from minute to minute make it
 * too narrow.
 */
export async function importedRequestUnits(
  requests: Iterable<TracedRequest>,
  { name, arms, costs }: ImportOptions,
  pause?: Pause,
): Promise<readonly UnitResult<"agent">[]> {
  const units = createBoundedUnits({ scenario: name, arms, unit: "minute" });
  let minute = -1;
  let sums: readonly Sums[] = [];
  const finishMinute = (): void => {
    if (minute === -1) return;
    units.add(
      String(minute),
      sums.map((tallies, i) => (isFormula(arms[i]) ? { kind: "simulated", tallies } : { tallies })),
    );
  };
  await forEachPausing(
    requests,
    (request) => {
      const now = Math.floor(request.arrivalS / GROUP_S);
      if (now !== minute) {
        finishMinute();
        minute = now;
        sums = arms.map(() => ({}));
      }
      arms.forEach((arm, i) => {
        const tallies = isFormula(arm)
          ? formulaTallies(request, arm as AgentArm, costs)
          : observedTallies(request);
        for (const [metric, { sum, weight }] of Object.entries(tallies)) {
          sums[i][metric] ??= { sum: 0, weight: 0 };
          sums[i][metric].sum += sum;
          sums[i][metric].weight += weight;
        }
      });
    },
    pause,
  );
  finishMinute();
  return units.take();
}

function isFormula(arm: string): boolean {
  return requestArms.includes(arm as AgentArm);
}

function observedTallies({ inputTokens, outputTokens, blocks }: TracedRequest): Sums {
  return {
    requests: one(1),
    inputTokensPerRequest: one(inputTokens),
    outputTokensPerRequest: one(outputTokens),
    ...(blocks === null
      ? {}
      : {
          rereadTokensPerRequest: one(Math.min(blocks.seen * blocks.blockTokens, inputTokens)),
          cacheReadShare: { sum: blocks.seen, weight: blocks.count },
        }),
  };
}

function formulaTallies(
  { inputTokens, blocks }: TracedRequest,
  arm: AgentArm,
  { scenario }: ImportOptions["costs"],
): Sums {
  if (blocks === null) return {};
  const { model, kv } = scenario;
  // The last token is always computed: its output is the first one generated.
  const cached = arm === "text" ? 0 : Math.min(blocks.seen * blocks.blockTokens, inputTokens - 1);
  return {
    prefillTokensPerHop: one(inputTokens - cached),
    flopsPerHop: one(prefillFlops(model, inputTokens - cached, cached)),
    cacheReadShare: { sum: cached, weight: inputTokens },
    ...(arm === "kv" ? { wireBytesPerHop: one(kvCacheBytes(model, cached, kv.precision)) } : {}),
  };
}

function one(sum: number): { sum: number; weight: number } {
  return { sum, weight: 1 };
}
