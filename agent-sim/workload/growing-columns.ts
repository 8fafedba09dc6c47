/** A typed array that grows as values are added, 8 bytes a value at most twice over. */
export function growingColumn<T extends Float64Array | Uint32Array>(make: (length: number) => T) {
  let values = make(1024);
  let length = 0;
  return {
    add(value: number): void {
      if (length === values.length) {
        const larger = make(2 * length);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    /** Returns what was added as the `index`-th, from 0. */
    at: (index: number): number => values[index],
    set(index: number, value: number): void {
      values[index] = value;
    },
    length: (): number => length,
    /** Returns what was added, [length]. */
    take: (): T => values.slice(0, length) as T,
  };
}
