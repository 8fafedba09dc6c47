import type {
  HandoverRequest,
  NrCell,
  PredictedCell,
  VisitedCell,
  XnapMessage,
} from "../../../ran-sim/xn/index.ts";

/** One message of each kind, and of each form that a handover gives it, with who sends it to whom. */

export const sourceCell: NrCell = { node: 3, cell: 9 };
export const targetCell: NrCell = { node: 7, cell: 21 };

/** As long as a header of 24 bytes and 128 values in int8. */
export const latent = Uint8Array.from({ length: 152 }, (_, i) => (37 * i + 11) % 256);

export const history: readonly VisitedCell[] = Array.from({ length: 16 }, (_, i) => ({
  cell: i === 0 ? sourceCell : { node: i, cell: 100 * i },
  size: (["verySmall", "small", "medium", "large"] as const)[i % 4],
  stayTenthsS: Math.min(40_950, 2750 * i + 3),
}));

export const trajectory: readonly PredictedCell[] = Array.from({ length: 16 }, (_, i) => ({
  cell: i === 0 ? targetCell : { node: i, cell: 100 * i },
  stayS: i % 4 === 3 ? null : 270 * i,
}));

export const request: HandoverRequest = {
  type: "handoverRequest",
  sourceUeId: 4711,
  cause: "handoverDesirableForRadioReasons",
  targetCell,
  history,
  conditional: null,
  trajectory: null,
  proposedLatent: null,
};

const ues = { sourceUeId: 4711, targetUeId: 70_000 };

export const toTarget: readonly XnapMessage[] = [
  { type: "privateMessage", sourceUeId: 4711, targetCell, latent },
  request,
  {
    ...request,
    history: history.slice(0, 1),
    conditional: { trigger: "initiation", arrivalPercent: 80 },
  },
  {
    ...request,
    conditional: { trigger: "replace", targetUeId: 99, arrivalPercent: null },
    proposedLatent: latent,
  },
  { type: "handoverCancel", sourceUeId: 4711, targetUeId: null, cause: "txnRelocPrepExpiry", cells: [] },
  {
    type: "handoverCancel",
    ...ues,
    cause: "txnRelocOverallExpiry",
    cells: [targetCell, { node: 7, cell: 22 }],
  },
  { type: "snStatusTransfer", ...ues },
  { type: "earlyStatusTransfer", ...ues },
];

export const toSource: readonly XnapMessage[] = [
  { type: "handoverRequestAcknowledge", ...ues, conditionalCell: null },
  { type: "handoverRequestAcknowledge", ...ues, conditionalCell: targetCell },
  {
    type: "handoverPreparationFailure",
    sourceUeId: 4711,
    cause: "noRadioResourcesAvailableInTargetCell",
    conditionalCell: null,
  },
  {
    type: "handoverPreparationFailure",
    sourceUeId: 4711,
    cause: "cellNotAvailable",
    conditionalCell: targetCell,
  },
  { type: "handoverSuccess", ...ues, targetCell },
  { type: "conditionalHandoverCancel", ...ues, cause: "unspecified", cells: [targetCell] },
  { type: "ueContextRelease", ...ues },
];

export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}
