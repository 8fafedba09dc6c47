/** What the thread of the asked phone does: one short world of walking phones, its handovers and what each arm believed after them. */
import { BadInputError, parseInput } from "#core";
import { type ExplainedHandovers, explainHandovers, loadRanScenario, trainedLatentBytes } from "#ran-sim";
import { type PhoneAnswer, phoneArms, phoneRequestSchema } from "../../ask-protocol.ts";
import type { DeskWork } from "./desk-messages.ts";

const scenarioName = "walk";
/** Long enough for ten to thirty handovers of the 24 phones, and a second of work. */
const durationS = 12;
/** Worlds that are kept: whoever drags the bytes back waits no second time. */
const mostKept = 16;
/** The moment by which it is decided in which handover the arms part: 50 ms, when reports begin to tell what memory did not. */
const partingMoment = 1;

/** Returns the work of the desk `phones`. */
export function openAskPhones(): DeskWork {
  const runs = new Map<string, Promise<ExplainedHandovers>>();
  const runOf = (seed: number, bytes: number): Promise<ExplainedHandovers> => {
    const key = `${seed}/${bytes}`;
    const run =
      runs.get(key) ??
      explainHandovers({
        scenario: loadRanScenario(scenarioName, [
          { path: "durationS", value: durationS },
          { path: "payload.bytes", value: bytes },
        ]),
        seed,
        arms: phoneArms,
      });
    // The newest last.
    runs.delete(key);
    runs.set(key, run);
    if (runs.size > mostKept) runs.delete(runs.keys().next().value as string);
    return run;
  };

  const ask = async (body: unknown): Promise<PhoneAnswer> => {
    const { seed, bytes: asked, handover } = parseInput(phoneRequestSchema, body, "body", "bad-request");
    const bytes = trainedBytes(asked);
    const run = await runOf(seed, bytes);
    const { layout, handovers } = run;
    const at = handover ?? firstParting(run);
    const chosen = handovers[at];
    if (chosen === undefined) {
      throw new BadInputError("bad-parameter", {
        subject: `handover of ${scenarioName}, seed ${seed}`,
        expected: handovers.length === 0 ? "a seed with handovers" : `0 to ${handovers.length - 1}`,
        got: String(at),
      });
    }
    const { ue, source, target, timeS, xM, yM, payloads, moments } = chosen;
    return {
      ...{ scenario: scenarioName, seed, bytes, handover: at, ue, from: source, to: target, timeS },
      phone: { xM, yM },
      cells: layout.cells.map(({ site, azimuthDeg, name }) => ({
        name,
        azimuthDeg: Number.isNaN(azimuthDeg) ? 0 : azimuthDeg,
        ...nearestCopy(layout, layout.sites[site], { xM, yM }),
      })),
      arms: run.arms.map(({ end }, i) => ({ arm: phoneArms[i], end, hex: toHex(payloads[i]) })),
      moments: moments.map(({ afterMs, best, beliefs }) => ({ afterMs, best, beliefs })),
      all: handovers.map((one) => one.moments.map(({ beliefs }) => beliefs.map(({ isRight }) => isRight))),
    };
  };
  return { ask, offer: async () => ({ bytes: trainedLatentBytes }) };
}

/** Returns the size that is trained for phones: what is asked for, or the largest. */
function trainedBytes(asked: number): number {
  const largest = Math.max(...trainedLatentBytes);
  if (trainedLatentBytes.includes(asked) || asked > largest) return Math.min(asked, largest);
  throw new BadInputError("bad-parameter", {
    subject: "bytes",
    expected: `one of ${trainedLatentBytes.join(", ")}, for which there are trained memories, or more`,
    got: String(asked),
  });
}

/** Returns the first handover after which the own latent names a right cell and a stranger's does not; 0 where there is none. */
function firstParting({ handovers }: ExplainedHandovers): number {
  const [own, stranger] = [phoneArms.indexOf("latent"), phoneArms.indexOf("another")];
  const parts = handovers.findIndex(({ moments }) => {
    const { beliefs } = moments[partingMoment];
    return beliefs[own].isRight && !beliefs[stranger].isRight;
  });
  return Math.max(0, parts);
}

interface Place {
  readonly xM: number;
  readonly yM: number;
}

/** Returns the copy of `site` that is nearest to `place`, where the plane wraps around. */
function nearestCopy({ latticeM }: ExplainedHandovers["layout"], site: Place, place: Place): Place {
  const [[ax, ay], [bx, by]] = latticeM;
  const steps = [-1, 0, 1];
  const copies = steps.flatMap((i) =>
    steps.map((j) => ({ xM: site.xM + i * ax + j * bx, yM: site.yM + i * ay + j * by })),
  );
  const distance = ({ xM, yM }: Place): number => Math.hypot(xM - place.xM, yM - place.yM);
  return copies.reduce((best, copy) => (distance(copy) < distance(best) ? copy : best));
}

function toHex(bytes: Uint8Array | null): string | null {
  return bytes === null
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
