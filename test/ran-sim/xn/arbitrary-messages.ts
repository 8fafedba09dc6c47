import fc from "fast-check";
import type { XnapCause, XnapMessage } from "../../../ran-sim/xn/index.ts";
import { causeValues } from "../../../ran-sim/xn/xnap/constants.ts";

const cells = fc.record({ node: fc.nat(2 ** 24 - 3), cell: fc.nat(4095) });
const ueIds = fc.nat(2 ** 32 - 1);
const causes = fc.constantFrom(...(Object.keys(causeValues) as XnapCause[]));
const payloads = fc.uint8Array({ maxLength: 700 });
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const percents = orNull(fc.integer({ min: 1, max: 100 }));
const ues = { sourceUeId: ueIds, targetUeId: ueIds };

/** Any message, with any legal members. */
export const messages: fc.Arbitrary<XnapMessage> = fc.oneof(
  fc.record({
    type: fc.constant("handoverRequest" as const),
    sourceUeId: ueIds,
    cause: causes,
    targetCell: cells,
    history: fc.array(
      fc.record({
        cell: cells,
        size: fc.constantFrom("verySmall" as const, "small" as const, "medium" as const, "large" as const),
        stayTenthsS: fc.nat(40_950),
      }),
      { minLength: 1, maxLength: 16 },
    ),
    conditional: orNull(
      fc.oneof(
        fc.record({ trigger: fc.constant("initiation" as const), arrivalPercent: percents }),
        fc.record({ trigger: fc.constant("replace" as const), targetUeId: ueIds, arrivalPercent: percents }),
      ),
    ),
    trajectory: orNull(
      fc.array(fc.record({ cell: cells, stayS: orNull(fc.nat(4095)) }), { minLength: 1, maxLength: 16 }),
    ),
    proposedLatent: orNull(payloads),
  }),
  fc.record({
    type: fc.constantFrom("xnSetupRequest" as const, "xnSetupResponse" as const),
    node: fc.nat(2 ** 24 - 3),
  }),
  fc.record({
    type: fc.constant("handoverRequestAcknowledge" as const),
    ...ues,
    conditionalCell: orNull(cells),
  }),
  fc.record({
    type: fc.constant("handoverPreparationFailure" as const),
    sourceUeId: ueIds,
    cause: causes,
    conditionalCell: orNull(cells),
  }),
  fc.record({
    type: fc.constant("handoverCancel" as const),
    sourceUeId: ueIds,
    targetUeId: orNull(ueIds),
    cause: causes,
    cells: fc.array(cells, { maxLength: 8 }),
  }),
  fc.record({
    type: fc.constantFrom(
      "snStatusTransfer" as const,
      "earlyStatusTransfer" as const,
      "ueContextRelease" as const,
    ),
    ...ues,
  }),
  fc.record({ type: fc.constant("handoverSuccess" as const), ...ues, targetCell: cells }),
  fc.record({
    type: fc.constant("conditionalHandoverCancel" as const),
    ...ues,
    cause: causes,
    cells: fc.array(cells, { maxLength: 8 }),
  }),
  fc.record({
    type: fc.constant("privateMessage" as const),
    sourceUeId: ueIds,
    targetCell: cells,
    latent: payloads,
  }),
);
