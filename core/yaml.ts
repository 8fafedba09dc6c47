// YAML that a person wrote: bounded in size, depth and aliases, and refused in plain words with the line.
import { Lexer, LineCounter, parseDocument, type YAMLError } from "yaml";
import { BadInputError } from "./bad-input.ts";

/** Settings are some kB; a megabyte takes the parser about a second. */
const MOST_CHARACTERS = 4 * 2 ** 20;
/** Deeper than any schema of ours, and far from where recursion ends. */
const DEEPEST = 50;

/**
 * Returns the value of a YAML document; null for an empty one. Throws BadInputError with `code` and the line for what is no YAML, for
 * more than four million characters or 50 levels, and for aliases that are of nothing, of what they stand in, or unfold to very much.
 */
export function parseYaml(text: string, subject: string, code: string): unknown {
  const refuse = (got: string, remedy?: string, line?: number): BadInputError =>
    new BadInputError(code, {
      subject: line === undefined ? subject : `${subject} line ${line}`,
      expected: "YAML",
      got,
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (text.length > MOST_CHARACTERS) {
    throw refuse(
      `${text.length} characters, of at most ${MOST_CHARACTERS}`,
      "name a file of data instead of writing it out",
    );
  }
  if (opensDeeper(text, DEEPEST)) throw refuse(tooDeep);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { got, remedy } = inWords(error);
    throw refuse(got, remedy, lines.linePos(error.pos[0]).line);
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    const { message } = cause as Error;
    throw refuse(/excessive/i.test(message) ? "aliases that unfold to very much" : message);
  }
  if (isDeeper(value, DEEPEST)) throw refuse(tooDeep);
  return value;
}

const tooDeep = `values nested more than ${DEEPEST} deep`;

/** Returns what the parser found in the words of who writes a file. */
function inWords({ code, message }: YAMLError): { readonly got: string; readonly remedy?: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { got: "a tab before a key", remedy: "indent with spaces" };
    case "BLOCK_AS_IMPLICIT_KEY":
      return { got: "two keys on one line", remedy: "give each its own line, or write { a: 1, b: 2 }" };
    case "DUPLICATE_KEY":
      return { got: "a key that is there already", remedy: "keep one of the two" };
    case "MISSING_CHAR":
      return { got: "a quote, bracket or colon that is missing" };
    case "BAD_INDENT":
      return { got: "a line that is indented otherwise than those beside it" };
    default:
      return { got: message };
  }
}

/**
 * Returns whether the text opens more than `levels` lists and maps in one another. Asked before it is parsed: the parser recurses,
 * and a process that runs out of stack may end without a word.
 */
function opensDeeper(text: string, levels: number): boolean {
  const indents: number[] = [];
  let brackets = 0;
  let marks = 0;
  let indent: number | null = 0;
  for (const token of new Lexer().lex(text)) {
    if (token.endsWith("\n")) {
      indent = 0;
      marks = 0;
    } else if (indent !== null && /^ +$/.test(token)) {
      indent += token.length;
    } else if (indent !== null && !token.startsWith("#")) {
      while ((indents.at(-1) ?? -1) >= indent) indents.pop();
      indents.push(indent);
      indent = null;
    }
    if (token === "[" || token === "{") brackets++;
    if (token === "]" || token === "}") brackets--;
    if (token === "-" || token === "?") marks++;
    if (indents.length + marks + brackets > levels + 1) return true;
  }
  return false;
}

/** An alias can make a value that contains itself: that is deeper than anything. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
