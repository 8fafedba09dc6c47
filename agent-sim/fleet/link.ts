// A link that messages share: each gets its turn, or all get an equal part of the rate, or everyone has the whole rate.
import { createEventHeap, type EventHeap, pushEvent, takeEvent } from "#core";

/**
 * - `none`: every message has the full rate, as on a network that is never the bottleneck
 * - `fifo`: one message after another, in order of sending
 * - `fair`: all messages under way have equal parts of the rate, as long-lived TCP flows roughly do (processor sharing)
 */
export type LinkSharing = "none" | "fifo" | "fair";

/** One link. Under `fair`, `servedBytes` is what a message that was there all the time has received. */
export interface LinkState {
  readonly sharing: LinkSharing;
  readonly bytesPerS: number;
  /** fifo: when the last message that was sent is through. */
  freeAtS: number;
  servedBytes: number;
  servedUntilS: number;
  /** fair: messages under way by the `servedBytes` at which they are through. */
  readonly underWay: EventHeap;
  /** Raised whenever the next end changes. */
  stamp: number;
}

/** Returns an idle link. */
export function createLinkState(sharing: LinkSharing, bytesPerS: number): LinkState {
  return {
    sharing,
    bytesPerS,
    freeAtS: 0,
    servedBytes: 0,
    servedUntilS: 0,
    underWay: createEventHeap(16),
    stamp: 0,
  };
}

/** Returns when a message that is sent at `nowS` is through, on a link that is not `fair`; takes its turn. */
export function sendInTurn(link: LinkState, nowS: number, bytes: number): number {
  const seconds = bytes / link.bytesPerS;
  if (link.sharing === "none") return nowS + seconds;
  link.freeAtS = Math.max(nowS, link.freeAtS) + seconds;
  return link.freeAtS;
}

/** Puts a message on a fair link. Returns when the next message is through; all earlier answers are void. */
export function joinFairLink(link: LinkState, nowS: number, bytes: number, message: number): number {
  serveUntil(link, nowS);
  pushEvent(link.underWay, link.servedBytes + bytes, message, 0);
  return nextEndS(link);
}

/** Takes the message that is through at `nowS` off a fair link and returns it. */
export function leaveFairLink(link: LinkState, nowS: number): number {
  serveUntil(link, nowS);
  takeEvent(link.underWay);
  // Rounding must not let what was served fall behind what is through.
  link.servedBytes = Math.max(link.servedBytes, link.underWay.timeS);
  // An idle link starts anew, so that sums do not lose their last digits over a long run.
  if (link.underWay.size === 0) link.servedBytes = 0;
  return link.underWay.code;
}

/** Returns when the next message is through, Infinity when there is none; raises the stamp. */
export function nextEndS(link: LinkState): number {
  link.stamp++;
  if (link.underWay.size === 0) return Number.POSITIVE_INFINITY;
  const leftBytes = Math.max(0, link.underWay.atS[0] - link.servedBytes);
  return link.servedUntilS + (leftBytes * link.underWay.size) / link.bytesPerS;
}

function serveUntil(link: LinkState, nowS: number): void {
  const { size } = link.underWay;
  if (size > 0) link.servedBytes += ((nowS - link.servedUntilS) * link.bytesPerS) / size;
  link.servedUntilS = nowS;
}
