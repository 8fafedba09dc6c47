/**
 * Which metrics have a tile, the most telling first: always shown together, none without its companions. A tile may name several
 * metrics, of which the first that has a row is shown.
 */

export type TileChoice = readonly [metric: string, ...others: string[]];

export const ranTiles: readonly TileChoice[] = [
  ["postHandoverAccuracy.50-250ms"],
  ["postHandoverRegretDb.50-250ms"],
  ["failuresPerHandover"],
  ["pingPongRate"],
  ["handoversPerUeMinute"],
  ["shortStayRate"],
  ["lateMsPerUeMinute"],
  ["xnPayloadBytesPerHandover"],
];

export const agentTiles: readonly TileChoice[] = [
  ["exactMatch"],
  ["timeToFirstTokenMs.p50"],
  ["prefillTokensPerHop"],
  ["wireBytesPerHop"],
  ["rereadFactor"],
  ["flopsPerHop"],
  ["cacheReadShare"],
  ["costPerTask", "wrongDocumentExactMatch"],
];
