/**
 * A file that could not be written: a full disk, a quota, a folder that was taken away. Not the user's input, and no fault of the
 * program: the command line prints the one line and ends with exit code 1.
 */
export class WriteError extends Error {
  override readonly name = "WriteError";
  readonly path: string;

  /** `cause` is what the system or a library said. */
  constructor(path: string, cause: unknown) {
    super(`cannot write ${path}: ${reasonOf(cause)}`);
    this.path = path;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk can only be read",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EIO: "the disk reports an error",
  ENOENT: "the folder is gone",
};

function reasonOf(cause: unknown): string {
  const { code, message } =
    cause instanceof Error
      ? (cause as Error & { readonly code?: string })
      : { code: undefined, message: String(cause) };
  if (code !== undefined && reasons[code] !== undefined) return reasons[code];
  // DuckDB says it in words of its own.
  return /no space left/i.test(message) ? reasons.ENOSPC : (message.split("\n")[0] ?? message);
}
