/**
 * Returns the words of a training command without `--out` and its folder: a model is the same wherever it was written, and a
 * folder of this machine is no news to a reader.
 */
export function withoutOut(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--out");
  return at < 0 ? argv : [...argv.slice(0, at), ...argv.slice(at + 2)];
}
