/** Text that Prometheus reads: exposition format 0.0.4. */

/** One metric with its samples; a metric without any is left out. */
export interface ExposedMetric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  /** One line on what is counted and in which unit. */
  readonly help: string;
  readonly samples: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** Returns the text of `metrics`, each with its HELP and TYPE, ended by a line feed as the format asks. */
export function exposition(metrics: readonly ExposedMetric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(
        ({ labels = {}, value }) => `${name}${labelText(labels)} ${numberText(value)}`,
      );
      return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`;
    })
    .join("");
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Infinity has a spelling of its own; NaN is the same in both languages. */
function numberText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
