/** Colours of cells: a hue per site, a lightness per sector, so that neighbours differ and sectors belong together. */

/** Returns the OKLCH parts of a cell; `lightness` is the theme's. */
export function cellColour(site: number, sector: number, lightness: number): string {
  // The golden angle: sites that are near in the list, and so on the map, are far apart in hue.
  const hue = (30 + site * 137.508) % 360;
  const shade = lightness + (sector % 3 === 0 ? 0 : sector % 3 === 1 ? -0.08 : 0.07);
  return `${shade.toFixed(3)} 0.125 ${hue.toFixed(1)}`;
}
