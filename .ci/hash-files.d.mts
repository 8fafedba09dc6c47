/** Returns the SHA-256, in hex, of names and contents of all files at or under `paths`, in a fixed order; of those under folders only what `takes`. */
export function hashOfFiles(paths: readonly string[], takes?: (file: string) => boolean): string;
