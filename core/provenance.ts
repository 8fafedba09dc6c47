/**
 * Where a number comes from is part of its type. A RAN row is not assignable to a place for agent rows, and data
 * that arrives without types (a file, a socket, a query) is refused at run time by {@link requireDomain}.
 */

/** The two domains. Their numbers never mix, except for the dimensionless `gapClosed`. */
export type Domain = "ran" | "agent";

/**
 * - `measured`: a clock, a byte count, a model's answer on this machine
 * - `simulated`: from a model of the world
 * - `cited`: someone else's, with the source
 * - `assumed`: an input that we chose
 */
export type Kind = "measured" | "simulated" | "cited" | "assumed";

/** The only metric in which the two domains may share an axis: dimensionless, and relative to each domain's own arms. */
export const crossDomainMetric = "gapClosed";

/** A number of one domain would have been shown as a number of the other. */
export class ProvenanceError extends Error {
  override readonly name = "ProvenanceError";
}

/** Anything that says which domain it belongs to. */
export interface OfDomain<D extends Domain> {
  readonly domain: D;
}

/**
 * Returns `items`, typed as of `domain`, when every one is; throws a ProvenanceError that names both domains and the
 * first offender otherwise. `describe` names an item in the error.
 */
export function requireDomain<D extends Domain, T extends OfDomain<Domain>>(
  domain: D,
  items: readonly T[],
  describe: (item: T) => string = () => "a number",
): readonly (T & OfDomain<D>)[] {
  for (const item of items) {
    if (item.domain !== domain) {
      throw new ProvenanceError(
        `${describe(item)} is of domain "${item.domain}" and cannot be shown as "${domain}"`,
      );
    }
  }
  return items as readonly (T & OfDomain<D>)[];
}

/**
 * Returns `items` for a view of both domains when all are the dimensionless {@link crossDomainMetric}; throws a
 * ProvenanceError naming the first metric that is not.
 */
export function requireCrossDomain<
  T extends OfDomain<Domain> & { readonly metric: string; readonly unit: string },
>(items: readonly T[]): readonly T[] {
  for (const item of items) {
    if (item.metric !== crossDomainMetric || item.unit !== "1") {
      throw new ProvenanceError(
        `"${item.metric}" of domain "${item.domain}" cannot share an axis with the other domain; only "${crossDomainMetric}" can, with unit 1`,
      );
    }
  }
  return items;
}
