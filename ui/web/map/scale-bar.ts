/** The bar that says how long a metre is. */

export interface ScaleBar {
  readonly widthPx: number;
  /** A round length with its unit: "200 m". */
  readonly label: string;
}

/** Returns the longest bar of at most `longestPx` whose length is 1, 2 or 5 times a power of ten of metres. */
export function scaleBar(pxPerM: number, longestPx: number): ScaleBar {
  const longestM = longestPx / pxPerM;
  const power = 10 ** Math.floor(Math.log10(longestM));
  const lengthM = (longestM >= 5 * power ? 5 : longestM >= 2 * power ? 2 : 1) * power;
  return { widthPx: lengthM * pxPerM, label: lengthText(lengthM) };
}

function lengthText(lengthM: number): string {
  const [value, unit] =
    lengthM >= 1000 ? [lengthM / 1000, "km"] : lengthM >= 1 ? [lengthM, "m"] : [lengthM * 100, "cm"];
  return `${Number(value.toPrecision(6)).toLocaleString("en-GB")} ${unit}`;
}
