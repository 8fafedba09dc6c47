/** Metrics that earlier versions called otherwise: their runs are read, and old questions answered, under the names of today. */
const presentNames: Readonly<Record<string, string>> = {
  xnBytesPerHandover: "xnPayloadBytesPerHandover",
};

/** Returns an SQL expression of the column `metric` under the names of today. */
export function presentMetricSql(): string {
  const cases = Object.entries(presentNames).map(([old, now]) => `WHEN '${old}' THEN '${now}'`);
  return `CASE metric ${cases.join(" ")} ELSE metric END AS metric`;
}

/** Returns `sql` with earlier names of metrics, as text values, put into those of today, and which they were. */
export function withPresentNames(sql: string): {
  readonly sql: string;
  readonly renamed: readonly (readonly [old: string, now: string])[];
} {
  const renamed = Object.entries(presentNames).filter(([old]) => sql.includes(`'${old}'`));
  return { sql: renamed.reduce((text, [old, now]) => text.replaceAll(`'${old}'`, `'${now}'`), sql), renamed };
}
