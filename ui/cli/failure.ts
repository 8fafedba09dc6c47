/** The user pressed Ctrl-C; the message says what was kept and how to go on. Exit code 130. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** The command ran and its answer is no: exit code 1, with the message alone. */
export class FailedError extends Error {
  override readonly name = "FailedError";
}
