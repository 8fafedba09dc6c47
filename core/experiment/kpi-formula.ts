import type { FunctionNode, MathNode } from "mathjs";
import { z } from "zod";
import { BadInputError, nearestName } from "../bad-input.ts";
import type { MetricDefinition } from "./metric.ts";

/**
 * A KPI of the user's own: `cost = handoversPerUeMinute * 0.2 + failuresPerHandover * 5`. A name with a dot or a dash is written
 * `kpi("postHandoverAccuracy.50-250ms")`: bare, it would be read as a product and a subtraction.
 *
 * What a formula may hold is a short list: numbers, metrics, + - * / ^, brackets and the functions of {@link FUNCTIONS}. All of them
 * take time in proportion to the text, whose length is bounded, so no formula can hang or fill the memory, and none can
 * assign, import or reach anything but its metrics.
 */
export interface KpiFormula {
  readonly name: string;
  /** The part after `=`, as given. */
  readonly text: string;
  /** The metrics it reads, each once. */
  readonly metrics: readonly string[];
  /** Whether it is one metric under another name. */
  readonly isAlias: boolean;
  /** Returns the value, or null where a metric is undefined or the result is not finite. `values` are those of `metrics`, in order. */
  evaluate(values: readonly (number | null)[]): number | null;
}

/** The section `kpis` of a scenario: expressions by name. */
export const kpisSchema = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, "a name of letters, digits and _"), z.string().min(1))
  .meta({ description: "KPIs of your own by name, as expressions of metrics (docs/guide.md#your-own-kpis)" });

/** Returns the formulas of a scenario's section, each `name = expression`. */
export function formulaTexts(kpis: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(kpis).map(([name, text]) => formulaText({ name, text }));
}

/** Returns `name = expression`, from which the same formula is read again. */
export function formulaText({ name, text }: Pick<KpiFormula, "name" | "text">): string {
  return `${name} = ${text}`;
}

const LONGEST_TEXT = 1000;
const MOST_FORMULAS = 50;
/** Calls and brackets within each other: far below what overflows the stack of a thread. */
const DEEPEST = 100;

const OPERATORS = ["+", "-", "*", "/", "^"];
const FUNCTIONS = [
  "abs",
  "ceil",
  "exp",
  "floor",
  "log",
  "log10",
  "log2",
  "max",
  "mean",
  "median",
  "min",
  "pow",
  "round",
  "sign",
  "sqrt",
  "sum",
];

/**
 * Returns the formulas of `texts`, each `name = expression`, over the metrics of an experiment. Loads mathjs, which parses and
 * evaluates them. Throws BadInputError (`bad-formula`) for a name that is taken or no identifier, an unknown metric (with the nearest), and for
 * anything that is not on the list.
 */
export async function parseFormulas(
  texts: readonly string[],
  metrics: readonly Pick<MetricDefinition, "metric">[],
): Promise<readonly KpiFormula[]> {
  const formulas = await tryFormulas(texts, metrics);
  const refused = formulas.find((formula) => formula instanceof BadInputError);
  if (refused !== undefined) throw refused;
  return formulas as readonly KpiFormula[];
}

/** As {@link parseFormulas}, but returns in place of a formula that cannot be used the error that says why; the others are unharmed. */
export async function tryFormulas(
  texts: readonly string[],
  metrics: readonly Pick<MetricDefinition, "metric">[],
): Promise<readonly (KpiFormula | BadInputError)[]> {
  if (texts.length === 0) return [];
  const { parse } = await import("mathjs/number");
  const known = metrics.map(({ metric }) => metric);
  const taken = new Set(known);
  let room = MOST_FORMULAS;
  return texts.map((text) => {
    try {
      if (room === 0) throw bad("KPI formulas", `at most ${MOST_FORMULAS}`, String(texts.length));
      const formula = parseFormula(text, known, parse as (expression: string) => MathNode);
      if (taken.has(formula.name)) {
        throw bad(
          `KPI formula "${formula.name}"`,
          "a name that no metric and no other formula has",
          formula.name,
        );
      }
      taken.add(formula.name);
      room--;
      return formula;
    } catch (error) {
      if (error instanceof BadInputError) return error;
      throw error;
    }
  });
}

function parseFormula(
  source: string,
  known: readonly string[],
  parse: (expression: string) => MathNode,
): KpiFormula {
  if (source.length > LONGEST_TEXT) {
    throw bad("a KPI formula", `at most ${LONGEST_TEXT} characters`, `${source.length}`);
  }
  const parts = /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=(?!=)\s*(.+?)\s*$/s.exec(source);
  if (parts === null) {
    throw bad(
      `KPI formula "${source}"`,
      "name = expression, the name of letters, digits and _",
      "something else",
      "write for example: cost = handoversPerUeMinute * 0.2 + failuresPerHandover * 5",
    );
  }
  const [, name, text] = parts;
  const subject = `KPI formula "${name}"`;
  let root: MathNode;
  try {
    root = parse(text);
  } catch (error) {
    throw bad(subject, "an expression", `"${text}" (${error instanceof Error ? error.message : error})`);
  }
  const metrics: string[] = [];
  /** Metrics stand in the expression as m0, m1, ...: names that mathjs can read. */
  const placeOf = (metric: string): string => {
    if (!known.includes(metric)) throw unknownMetric(subject, metric, known);
    if (!metrics.includes(metric)) metrics.push(metric);
    return `m${metrics.indexOf(metric)}`;
  };
  const checked = checkedExpression(root, subject, placeOf);
  if (metrics.length === 0) throw bad(subject, "at least one metric", `"${text}"`);
  const compiled = parse(checked).compile();
  const evaluate = (values: readonly number[]): unknown =>
    compiled.evaluate(new Map(values.map((value, i) => [`m${i}`, value])));
  try {
    // What a function says of the number of its arguments.
    evaluate(metrics.map(() => 1));
  } catch (error) {
    throw bad(subject, "an expression", `"${text}" (${error instanceof Error ? error.message : error})`);
  }
  return {
    name,
    text,
    metrics,
    isAlias: checked === "m0",
    evaluate(values) {
      if (values.includes(null)) return null;
      try {
        const result = evaluate(values as readonly number[]);
        return typeof result === "number" && Number.isFinite(result) ? result : null;
      } catch {
        // Undefined for these values: rounding to half a digit.
        return null;
      }
    },
  };
}

/** Returns the expression of a tree with its metrics replaced, written anew from what is allowed; throws for all else. */
function checkedExpression(
  node: MathNode,
  subject: string,
  placeOf: (metric: string) => string,
  depth = 0,
): string {
  if (depth > DEEPEST) throw bad(subject, `terms at most ${DEEPEST} deep within each other`, "deeper ones");
  const write = (child: MathNode): string => checkedExpression(child, subject, placeOf, depth + 1);
  // What mathjs calls its kinds of nodes; its union type does not tell them apart by `type`.
  const of = node as MathNode & {
    readonly value: unknown;
    readonly name: string;
    readonly op: string;
    readonly implicit: boolean;
    readonly args: readonly MathNode[];
    readonly content: MathNode;
  };
  switch (node.type) {
    case "ConstantNode":
      if (typeof of.value === "number" && Number.isFinite(of.value)) return `(${of.value})`;
      break;
    case "SymbolNode":
      return placeOf(of.name);
    case "ParenthesisNode":
      return `(${write(of.content)})`;
    case "OperatorNode":
      if (of.implicit) {
        throw bad(
          subject,
          "an operator between two values",
          `"${node.toString()}"`,
          'a metric with a dot or a dash is written kpi("postHandoverAccuracy.50-250ms")',
        );
      }
      if (OPERATORS.includes(of.op)) {
        const [left, right] = of.args;
        return right === undefined ? `(${of.op}${write(left)})` : `(${write(left)} ${of.op} ${write(right)})`;
      }
      break;
    case "FunctionNode":
      return writeCall(node as FunctionNode, subject, write, placeOf);
    default:
      break;
  }
  throw bad(
    subject,
    `numbers, metrics, ${OPERATORS.join(" ")}, brackets and ${FUNCTIONS.join(", ")}`,
    `"${node.toString()}"`,
    node.type === "AccessorNode" ? `a metric with a dot is written kpi("${node.toString()}")` : undefined,
  );
}

function writeCall(
  node: FunctionNode,
  subject: string,
  write: (child: MathNode) => string,
  placeOf: (metric: string) => string,
): string {
  // A call of a call, or of a member, has no name of its own.
  const name =
    node.fn.type === "SymbolNode" ? (node.fn as unknown as { name: string }).name : node.fn.toString();
  const { args } = node;
  if (name === "kpi") {
    const [first] = args as readonly (MathNode & { readonly value?: unknown })[];
    if (args.length === 1 && typeof first.value === "string") return placeOf(first.value);
    throw bad(subject, 'kpi("name of a metric")', `"${node.toString()}"`);
  }
  if (!FUNCTIONS.includes(name)) {
    throw bad(subject, `a function of ${FUNCTIONS.join(", ")}, kpi`, `"${name}"`);
  }
  if (args.length === 0) throw bad(subject, `${name} of at least one value`, `"${node.toString()}"`);
  return `${name}(${args.map(write).join(", ")})`;
}

function unknownMetric(subject: string, metric: string, known: readonly string[]): BadInputError {
  const near = nearestName(metric, known) ?? known.find((name) => name.startsWith(`${metric}.`));
  const written = near === undefined ? "" : /^[A-Za-z]\w*$/.test(near) ? near : `kpi("${near}")`;
  return bad(
    subject,
    "metrics of this experiment (docs/glossary.md)",
    `"${metric}"`,
    near === undefined ? undefined : `did you mean ${written}?`,
  );
}

function bad(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError("bad-formula", {
    subject,
    expected,
    got,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
