export interface MapInk {
  readonly surface: string;
  readonly ink: string;
  readonly soft: string;
  readonly danger: string;
  readonly font: string;
}

/** Returns the colours that the style sheet gives to `element` now. */
export function readInk(element: Element): MapInk & { readonly cellLightness: number } {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    surface: read("--surface"),
    ink: read("--ink"),
    soft: read("--ink-soft"),
    danger: read("--danger"),
    font: read("--font"),
    cellLightness: Number(read("--cell-lightness")),
  };
}
