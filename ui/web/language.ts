/**
 * Imported before uPlot, which asks Intl for the browser's language while it is loaded. A browser that was started under LANG=C has one that
 * Intl refuses ("en-US@posix"), and the page would stay empty: then it is English.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
