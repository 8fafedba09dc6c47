import { coldReasons } from "#core";

/** Why a target can start cold: the reasons of core but for those of an agent's message, which never crosses Xn. */
export const ranColdReasons = coldReasons.filter(
  (reason) => reason !== "bad-header" && reason !== "bad-body",
);
