/** Which of the encodings that a file has is sent, by RFC 9110 section 12.5.3. */

/**
 * Returns the encoding of `offered`, best first, to which an Accept-Encoding header gives the highest weight; null for the file
 * as it is, which stands behind all that have a weight above 0.
 */
export function chooseEncoding<E extends string>(header: string, offered: readonly E[]): E | null {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [name, ...parameters] = part.trim().split(/\s*;\s*/);
    const q = parameters.map((text) => /^q=(\d(?:\.\d{0,3})?)$/.exec(text)?.[1]).find(Boolean);
    if (name !== "") weights.set(name, Number(q ?? 1));
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  const best = offered.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
  return best !== undefined && weightOf(best) > 0 ? best : null;
}
