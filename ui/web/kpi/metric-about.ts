/** What the metrics of the tiles are, in one sentence for people; the definitions stand in `docs/glossary.md`. */
import type { ArmDescription } from "#core";

const about: Readonly<Record<string, string>> = {
  "postHandoverAccuracy.50-250ms":
    "Share of handovers after which, 50 to 250 ms later, the cell that the network expects to be best really is, within 1 dB over the next second; a rule that expects nothing names the cell that serves. Higher is better.",
  "postHandoverRegretDb.50-250ms":
    "By how many decibels, 50 to 250 ms after a handover, the cell that the network expects to be best is weaker than the one that really is. Lower is better.",
  failuresPerHandover: "Radio link failures over handovers that were started. Lower is better.",
  pingPongRate:
    "Share of handovers that went from A to B and back to A with less than 1 s in B. Lower is better.",
  handoversPerUeMinute: "Completed handovers of a phone in a minute.",
  shortStayRate: "Share of handovers whose stay in the new cell lasted less than 1 s. Lower is better.",
  lateMsPerUeMinute:
    "Milliseconds of each minute in which a phone is served more than 3 dB below its best cell. Lower is better.",
  xnPayloadBytesPerHandover:
    "Bytes between the cells for carrying the state: the payload and all the headers around it (XnAP, SCTP, IP, Ethernet). The hand-off above shows the payload alone.",
  exactMatch: "Share of questions that the receiver answers exactly right. Higher is better.",
  wrongDocumentExactMatch:
    "The control: the same share where each receiver gets the latent of another document. At chance, 1 in 32, when the answers come from the latent and from nothing else.",
  "timeToFirstTokenMs.p50":
    "From the last word of the agent before to the first word of the next, in the median: link, queue and reading. Lower is better.",
  prefillTokensPerHop:
    "Tokens that an agent reads before its first word, at each hand-off. Lower is cheaper.",
  wireBytesPerHop: "Bytes of the messages of a hand-off, headers included, as they are encoded.",
  rereadFactor:
    "Tokens that are read again although an earlier agent had read or written them, over all tokens of the task. 0 is none.",
  flopsPerHop: "Arithmetic that reading takes at each hand-off.",
  cacheReadShare: "Share of the tokens put into a prompt that came from a cache and were not computed again.",
  costPerTask: "What a task would cost at the prices of the scenario.",
};

/** Where a model really runs, what its clock covers. */
const measuredTime =
  "From the start of a hand-off to the end of the next agent's reading, by the clock of this machine, in the median: making what is sent, encoding, decoding and reading. The way takes no time. Lower is better.";

/** Returns one sentence or two on a metric, as it is where a model answers or where costs are by formula; empty for one without a tile. */
export function metricAbout(metric: string, answers?: ArmDescription["answers"]): string {
  if (metric === "timeToFirstTokenMs.p50" && answers === "measured") return measuredTime;
  return about[metric] ?? "";
}
