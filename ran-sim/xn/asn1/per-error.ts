/** Why bytes could not be read as the type that was expected. */
export type PerFailure =
  /** The bytes end before the value does. */
  | "truncated"
  /** A length of 16384 or more, which is sent in fragments (X.691 11.9.3.8); nothing here is that long. */
  | "fragmented"
  /** A number outside its constraint. */
  | "out-of-range"
  /** An alternative or an extension that this reader does not know. */
  | "unsupported";

/** Thrown by the readers of this folder; who decodes a whole message catches it and gives back the reason. */
export class PerError extends Error {
  readonly reason: PerFailure;

  constructor(reason: PerFailure, message: string) {
    super(message);
    this.name = "PerError";
    this.reason = reason;
  }
}
