/** A value now, or a promise of it: models answer with promises, rules do not, and one loop serves both. */
export type Awaitable<T> = T | Promise<T>;

/** Returns `next(value)`, at once when the value is there and after it otherwise, so that rules stay synchronous. */
export function whenReady<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Returns `made`; should it be a promise that fails, `forget` is called, so that whoever remembers it can ask again. */
export function forgetFailed<T>(made: Awaitable<T>, forget: () => void): Awaitable<T> {
  if (made instanceof Promise) made.catch(forget);
  return made;
}
