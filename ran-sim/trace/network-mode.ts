// What the labels of modems and tools for the network's mode mean.
import { isMissingWord, type Technology } from "./field-domains.ts";

/**
 * Returns the technology whose cell and levels a row of mode `label` names, or null for another technology (2G, 3G, Wi-Fi) and
 * for a label that is not known. Capitals and the signs between words do not matter.
 *
 * - `LTE`, `LTE-A`, `LTE_CA`, `4G`, `4G+`, `E-UTRAN`: E-UTRA.
 * - `5G NSA`, `NR NSA`, `EN-DC`, `LTE+NR`, and `5G` alone, which G-NetTrack writes for non-standalone: the cell named is the
 *   LTE anchor, so E-UTRA.
 * - `NR`, `5G SA`, `NR-SA`, `5G NR`, `NR5G`, `NGRAN`, `SA`: NR.
 */
export function technologyOfMode(label: string): Technology | null {
  const words = label.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "");
  if (isMissingWord(label) || words === "") return null;
  if (/NSA|NONSTANDALONE|ENDC|^LTE|^4G|^EUTRA/.test(words)) return "E-UTRA";
  if (/^(NR|5GNR|5GSA|SA$|NGRAN|5GC)|STANDALONE/.test(words)) return "NR";
  return /^5G/.test(words) ? "E-UTRA" : null;
}
