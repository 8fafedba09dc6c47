/** The three words for what a receiver knows; the same on both sides of the page. */
import type { HandOffEnd } from "#core";

export const endWords: Readonly<Record<HandOffEnd["ends"], string>> = {
  kept: "Kept",
  restored: "Restored",
  lost: "Lost",
};
