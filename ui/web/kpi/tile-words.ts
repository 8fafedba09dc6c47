/** What stands in a tile: the value, its interval in two lines, and why there is none where there is none. */
import type { ArmDescription, KpiRow } from "#core";
import { boundWords } from "../../bound-words.ts";
import { formatCount, formatNumber, formatQuantity } from "../format.ts";

export interface TileWords {
  readonly value: string;
  readonly unit: string;
  /** Two lines, either of them empty. */
  readonly lines: readonly [string, string];
  /** The same in sentences, for the note behind the tile. */
  readonly sentences: readonly string[];
  /** Whether the value is words and no number. */
  readonly isWords: boolean;
}

/** What is resampled for the interval, in the plural. */
export type Resampled = "worlds" | "tasks";

/** Returns the words of a tile whose row has not come, or does not exist. */
export function wordsWithoutRow(
  metric: string,
  arm: Pick<ArmDescription, "name" | "answers"> | undefined,
  otherRowsCame: boolean,
): TileWords {
  const words = (value: string, lines: readonly [string, string], sentence: string): TileWords => ({
    value,
    unit: "",
    lines,
    sentences: [sentence],
    isWords: true,
  });
  if (metric === "exactMatch" && arm?.answers === "by formula") {
    return words(
      "not answered",
      ["no model runs here:", "costs are by formula"],
      `No model answers in the arm ${arm.name}: its costs are by formula, and a formula has no answer to judge. Answers are measured in the scenario facts, and by: baton agent run default --measured.`,
    );
  }
  if (metric === "costPerTask" && arm?.answers === "measured") {
    return words(
      "no price",
      ["the model that", "runs here has none"],
      "The model that really runs here is the project's own small one, and nobody sells it by the token. Costs are by formula in the scenario default.",
    );
  }
  if (!otherRowsCame) return { value: "", unit: "", lines: ["", ""], sentences: [], isWords: true };
  return words("–", ["nothing to count yet", ""], "Nothing of it has happened yet.");
}

/** Returns the words of a row. */
export function wordsOfRow(row: KpiRow, resampled: Resampled): TileWords {
  if (row.value === null) {
    return {
      value: "–",
      unit: "",
      lines: ["nothing to count yet", ""],
      sentences: [`Nothing of it has happened yet: it is a share or a mean of nothing.`],
      isWords: true,
    };
  }
  const [low, high] = row.ci95;
  const interval: readonly [number, number] | null = low === null || high === null ? null : [low, high];
  const quantity = formatQuantity(row.value, row.unit, interval);
  const { value, unit } = quantity;
  const bound = boundOf(row);
  const between = `95 % interval ${quantity.low} to ${quantity.high}, by resampling whole ${resampled}.`;
  if (bound === null && interval === null && row.value === 0) {
    return {
      ...{ value, unit, isWords: false },
      lines: ["none was counted,", "so no interval"],
      sentences: [
        `None was counted in any of the ${resampled}; resampling them cannot say how sure that is.`,
      ],
    };
  }
  if (bound === null) {
    return interval === null
      ? {
          ...{ value, unit, isWords: false },
          lines: [`too few ${resampled}`, "for an interval"],
          sentences: [`There are too few ${resampled} for an interval.`],
        }
      : {
          ...{ value, unit, isWords: false },
          lines: [`${quantity.low} to ${quantity.high}`, ""],
          sentences: [between],
        };
  }
  const { sign, independent, byGroup } = bound;
  const ofN = row.unit === "1" ? `of ${formatCount(row.n)}` : unit;
  const { seen, bound: atEnds } = boundWords(row, formatNumber) ?? { seen: "", bound: "" };
  return {
    ...{ value: row.unit === "1" && row.value === 1 ? "all" : value, unit: ofN, isWords: false },
    lines: [
      interval === null
        ? byGroup === null
          ? `too few ${resampled}: no bound`
          : `too few ${resampled}: ${sign} ${formatNumber(byGroup)}`
        : `${quantity.low} to ${quantity.high}`,
      `independent: ${sign} ${formatNumber(independent)}`,
    ],
    sentences: [
      `${seen}.`,
      interval === null ? `These are too few ${resampled} for an interval.` : between,
      `What is known of the truth: ${atEnds}. It lies between the two bounds.`,
    ],
  };
}

interface Bound {
  readonly sign: "≤" | "≥";
  readonly independent: number;
  readonly byGroup: number | null;
}

/** Returns the bounds of a row whose trials all came out alike; null for any other. */
function boundOf({ atMost, atLeast }: KpiRow): Bound | null {
  if (atMost !== undefined) return { sign: "≤", ...atMost };
  if (atLeast !== undefined) return { sign: "≥", ...atLeast };
  return null;
}
