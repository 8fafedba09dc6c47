/** Numbers that TS 38.423 (V17.1.0, 9.3.6 and 9.3.7; IE 401 is of Rel-18) gives to procedures, IEs and causes. */

export const Procedure = {
  handoverPreparation: 0,
  snStatusTransfer: 1,
  handoverCancel: 2,
  ueContextRelease: 6,
  xnSetup: 17,
  privateMessage: 22,
  handoverSuccess: 29,
  conditionalHandoverCancel: 30,
  earlyStatusTransfer: 31,
} as const;

/** ENUMERATED {reject, ignore, notify}: what a receiver does with an IE or procedure that it does not know. */
export const Criticality = { reject: 0, ignore: 1, notify: 2 } as const;

/** Alternatives of XnAP-PDU. */
export const Outcome = { initiating: 0, successful: 1, unsuccessful: 2 } as const;

export const IeId = {
  amfRegionInformation: 4,
  cause: 7,
  drbsSubjectToStatusTransferList: 12,
  globalNgRanNodeId: 14,
  guami: 15,
  pduSessionResourcesAdmittedList: 42,
  sourceNgRanNodeUeXnapId: 73,
  taiSupportList: 75,
  target2SourceTransparentContainer: 77,
  targetCellGlobalId: 78,
  targetNgRanNodeUeXnapId: 79,
  ueContextInfoHoRequest: 83,
  ueHistoryInformation: 88,
  choInformationReq: 158,
  choInformationAck: 159,
  targetCellsToCancel: 160,
  requestedTargetCellGlobalId: 161,
  procedureStage: 162,
  cellBasedUeTrajectoryPrediction: 401,
  /** NON-STANDARD, see carriers.ts. */
  proposedLatent: 65535,
} as const;

/** The causes of the radio network layer that this simulator can mean, with their values (9.2.3.2). */
export const causeValues = {
  cellNotAvailable: 0,
  handoverDesirableForRadioReasons: 1,
  handoverTargetNotAllowed: 2,
  noRadioResourcesAvailableInTargetCell: 4,
  reduceLoadInServingCell: 6,
  resourceOptimisationHandover: 7,
  timeCriticalHandover: 8,
  txnRelocOverallExpiry: 9,
  txnRelocPrepExpiry: 10,
  unknownLocalUeXnapId: 12,
  procedureCancelled: 32,
  radioConnectionWithUeLost: 36,
  failureInTheRadioInterfaceProcedure: 37,
  unspecified: 52,
} as const;

export type XnapCause = keyof typeof causeValues;

/** Root values of CauseRadioNetworkLayer. */
export const CAUSE_ROOTS = 53;

export const MAX_HISTORY_CELLS = 16;
export const MAX_TRAJECTORY_CELLS = 16;
export const MAX_CHO_CELLS = 8;
