export interface Curve {
  readonly environment: "UMi" | "UMa" | "InH-open";
  readonly carrierGhz: number;
  readonly quantity: "couplingGainDb" | "geometryDb";
  /** [percent]: quantiles at 5, 10, ... 95 %. */
  readonly valuesDb: readonly number[];
}
