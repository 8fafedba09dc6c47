import { expect, test } from "vitest";
import { coldReasons, endInWords, endOfHandOff, endReasons, type HandOffEnd, lostBecause } from "#core";

const restored: HandOffEnd = { ends: "restored", because: "projected" };
const standIn: HandOffEnd = { ends: "lost", because: "standIn" };
const stayed: HandOffEnd = { ends: "kept", because: "stayed" };

test("a hand-off ends as its arm's do where what came was used, or nothing had to come", () => {
  for (const planned of [restored, standIn, stayed]) {
    expect(endOfHandOff(planned, "warm")).toBe(planned);
    expect(endOfHandOff(planned, null)).toBe(planned);
  }
});

test.each(coldReasons)("nothing is restored from a payload that is of no use: %s", (reason) => {
  for (const planned of [restored, standIn]) {
    expect(endOfHandOff(planned, reason)).toEqual({ ends: "lost", because: reason });
  }
});

test("every reason has words of its own", () => {
  const words = Object.values(endReasons);
  expect(new Set(words).size).toBe(words.length);
  for (const because of lostBecause) expect(endReasons[because]).toMatch(/^[a-z].* /);
  expect(endInWords(restored)).toBe("restored: made anew from the latent that came");
  expect(endInWords({ ends: "lost", because: "late" })).toBe("lost: the payload came too late");
});
