// What each field of a recording may hold: one domain a field, the same for every reader, and what stands for "none".

/** The lowest and highest value of a field, both of which it may hold. */
export type Domain = readonly [low: number, high: number];

/**
 * TS 38.133: SS-RSRP 10.1.6 (dBm), SS-RSRQ 10.1.11 (dB), SS-SINR 10.1.16 (dB); they hold those of E-UTRA. PCI: 38.211
 * 7.4.2.1. ARFCN: 38.104 5.4.2.1. A speed above that of a fast train (600 km/h) or below 0 is none.
 */
export const fieldDomains = {
  rsrpDbm: [-156, -31],
  rsrqDb: [-43, 20],
  sinrDb: [-23, 40],
  latDeg: [-90, 90],
  lonDeg: [-180, 180],
  speedMps: [0, 600 / 3.6],
  pci: [0, 1007],
  arfcn: [0, 3_279_165],
} as const satisfies Record<string, Domain>;

/** A field whose values are numbers. */
export type NumericField = keyof typeof fieldDomains;

/**
 * Bits of a cell identity (36.331 and 38.331 6.3.4, CellIdentity). All ones is what tools write for none, and 0 is none too.
 * A number that another technology's tools write for none, such as 268435455 (28 ones), is a cell where 36 bits are.
 */
export const cellIdentityBits = { "E-UTRA": 28, NR: 36 } as const;

/** The technologies whose levels a rule of ours can compare. */
export type Technology = keyof typeof cellIdentityBits;

const missingWords = new Set(
  "|-|--|---|?|n/a|na|#n/a|n.a.|nan|null|none|nil|unknown|unavailable|inf|-inf|+inf|infinity|-infinity|∞".split(
    "|",
  ),
);

/** Returns whether a text says that there is no value: nothing, `-`, `N/A`, `NaN` and their kin, capitals aside. */
export function isMissingWord(text: string): boolean {
  return missingWords.has(text.trim().toLowerCase());
}

/** Returns whether `field` can hold `value`. What it cannot hold is no value, whichever mark it may be. */
export function isInDomain(value: number, field: NumericField): boolean {
  const [low, high] = fieldDomains[field];
  return value >= low && value <= high;
}

/**
 * Returns the name of the cell with identity `text`: a whole number in the domain of `technology`, without zeros in front
 * or behind a point; any other text is a name as it stands. Null for what is no cell.
 */
export function cellIdentity(text: string, technology: Technology): string | null {
  const trimmed = text.trim();
  if (isMissingWord(trimmed)) return null;
  const whole = /^([+-]?)0*(\d+)(?:\.0*)?$/.exec(trimmed);
  if (whole === null) return trimmed;
  const value = Number(whole[2]);
  const isCell = whole[1] !== "-" && value > 0 && value < 2 ** cellIdentityBits[technology] - 1;
  return isCell ? whole[2] : null;
}

/**
 * Returns the technology whose identities `texts` can be, where nothing else says it: NR when one of them needs more than
 * 28 bits and is none of the marks of wider fields (all ones in 31, 32, 36, 63 or 64 bits), else E-UTRA.
 */
export function technologyOfIdentities(texts: Iterable<string>): Technology {
  for (const text of texts) {
    const value = /^\s*\+?\d+(\.0*)?\s*$/.test(text) ? Number(text) : 0;
    if (value < 2 ** 28 || value >= 2 ** 36 - 1) continue;
    if (value !== 2 ** 31 - 1 && value !== 2 ** 32 - 1) return "NR";
  }
  return "E-UTRA";
}
