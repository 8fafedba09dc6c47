import { z } from "zod";
import { linkParametersSchema } from "#core";

/** The Xn links between nodes, as a scenario file gives them. */

/** At most ten minutes, as all times of a handover. */
const MOST_MS = 600_000;
const milliseconds = z.number().min(0).max(MOST_MS);

/**
 * Delay, jitter, loss and what is added here are of the association (RFC 9260), which carries every message. Duplication,
 * reordering and corruption are of the payload alone, in the receiving node and after SCTP, which itself lets none of them
 * through: they try the receiver's checks.
 */
export const xnSchema = linkParametersSchema.extend({
  /** One way, between any two nodes; assumed. */
  delayMs: milliseconds.default(5),
  /** Uniform extra delay in [0, jitterMs); a message waits for those before it on its stream. */
  jitterMs: milliseconds.default(0),
  /** Of a packet, each time that it is sent: a lost one is sent again, so that it comes late. */
  lossProbability: z.number().min(0).max(1).default(0),
  /** RTO at the first loss of a message, doubled at each further one; RFC 9260 clause 16 recommends 1 s at least. */
  retransmissionTimeoutMs: z.number().positive().max(MOST_MS).default(1000),
  /** Association.Max.Retrans; after so many the association is down. RFC 9260 clause 16 recommends 10. */
  maximumRetransmissions: z.int().min(0).max(20).default(10),
  /** From there to a new association, Xn set-up included; assumed. */
  restartMs: milliseconds.default(1000),
  /**
   * What the payload travels in. `privateMessage`: PRIVATE MESSAGE, legal today. `proposedIe`: NON-STANDARD, an IE of the
   * HANDOVER REQUEST under an id that 3GPP has not assigned.
   */
  carrier: z.enum(["privateMessage", "proposedIe"]).default("privateMessage"),
});

export type XnParameters = z.output<typeof xnSchema>;
