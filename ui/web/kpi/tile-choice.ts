/** Which metrics have a tile, the most telling first: always shown together, none without its companions. */

export const ranTiles: readonly string[] = [
  "handoversPerUeMinute",
  "shortStayRate",
  "failuresPerHandover",
  "pingPongRate",
  "lateMsPerUeMinute",
  "interruptionMs.p50",
  "timeOfStayS.p50",
  "xnBytesPerHandover",
];

export const agentTiles: readonly string[] = [
  "timeToFirstTokenMs.p50",
  "prefillTokensPerHop",
  "wireBytesPerHop",
  "rereadFactor",
  "flopsPerHop",
  "cacheReadShare",
  "costPerTask",
  "timeToFirstTokenMs.p95",
];
