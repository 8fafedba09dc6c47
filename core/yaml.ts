// YAML that a person wrote: bounded in size, depth and aliases, and refused in plain words with line and column.
import { type Alias, type Document, Lexer, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { BadInputError } from "./bad-input.ts";

/** Settings are some kB; a megabyte takes the parser about a second. */
const MOST_CHARACTERS = 4 * 2 ** 20;
/** Deeper than any schema of ours, and far from where recursion ends. */
const DEEPEST = 50;

/**
 * Returns the value of a YAML document; null for an empty one. Throws BadInputError with `code`, line and column for what is no YAML, for
 * more than four million characters or 50 levels, and for aliases that are of nothing, of what they stand in, or unfold to very much.
 */
export function parseYaml(text: string, subject: string, code: string): unknown {
  const lines = new LineCounter();
  const refuse = ({ expected = "YAML", got, remedy }: Fault, at?: number): BadInputError => {
    const place = at === undefined ? null : lines.linePos(at);
    return new BadInputError(code, {
      subject: place === null ? subject : `${subject} line ${place.line}, column ${place.col}`,
      expected,
      got,
      remedy,
    });
  };
  if (text.length > MOST_CHARACTERS) {
    throw refuse({
      got: `${text.length} characters, of at most ${MOST_CHARACTERS}`,
      remedy: "name a file of data instead of writing it out",
    });
  }
  if (opensDeeper(text, DEEPEST)) throw refuse(tooDeep);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw refuse(inWords(error, text), error.pos[0]);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    const { message } = cause as Error;
    if (/excessive/i.test(message)) throw refuse(unfoldsToMuch);
    const alias = unresolvedAlias(document);
    if (alias === null) throw refuse({ got: message, remedy: "write it in a simpler way" });
    const got = `the alias *${alias.source}, before which nothing has the name &${alias.source}`;
    throw refuse(
      { got, remedy: "write the value out, or put a text that begins with * in quotes" },
      alias.range?.[0],
    );
  }
  if (isDeeper(value, DEEPEST)) throw refuse(tooDeep);
  return value;
}

/** What a file has instead of YAML, and what its writer can do. */
interface Fault {
  readonly expected?: string;
  readonly got: string;
  readonly remedy: string;
}

const tooDeep: Fault = {
  got: `values nested more than ${DEEPEST} deep`,
  remedy: "nest them less: settings are some levels deep",
};
const unfoldsToMuch: Fault = {
  got: "aliases that unfold to very much",
  remedy: "name a file of data instead of repeating it",
};

/** Returns what the parser found in the words of who writes a file. */
function inWords({ code, message, pos: [at] }: YAMLError, text: string): Fault {
  const [here = "the end of the file"] = /^[^\s,[\]{}]{1,20}|^./.exec(text.slice(at)) ?? [];
  switch (code) {
    case "TAB_AS_INDENT":
      return { got: "a tab before a key", remedy: "indent with spaces" };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        got: "two keys on one line, or one that is indented deeper than the one before it",
        remedy: "give each its own line, all indented alike, or write { a: 1, b: 2 }",
      };
    case "DUPLICATE_KEY":
      return { got: "a key that is there already", remedy: "keep one of the two" };
    case "MISSING_CHAR":
      return /directives/.test(message)
        ? { got: "a directive (%) without --- behind it", remedy: "leave the line that begins with % out" }
        : {
            got: "a quote, bracket or colon that is missing",
            remedy:
              "end a text with the quote that it begins with, [ with ], { with }, and a key with a colon",
          };
    case "BAD_INDENT":
      return /^Flow/.test(message)
        ? { got: "a list or map in brackets that is not closed", remedy: "close it with ] or }" }
        : {
            got: "a line that is indented otherwise than those beside it",
            remedy: "indent keys of one map alike",
          };
    case "BAD_SCALAR_START":
      return { got: `a text that begins with ${here[0]}`, remedy: "put it in quotes" };
    case "BAD_DQ_ESCAPE":
      return {
        got: "a backslash in double quotes with a letter that means nothing",
        remedy: "take single quotes: '...'",
      };
    case "MULTILINE_IMPLICIT_KEY":
      return { got: "a line without a colon", remedy: "write key: value" };
    case "KEY_OVER_1024_CHARS":
      return { got: "a key of more than 1024 characters", remedy: "write key: value, one on each line" };
    case "MULTIPLE_DOCS":
      return {
        expected: "one YAML document",
        got: "a second one behind --- or ...",
        remedy: "keep one in the file",
      };
    case "UNEXPECTED_TOKEN":
    case "BLOCK_IN_FLOW":
      return {
        got: `"${here}" where it cannot stand`,
        remedy:
          "put a text with special characters in quotes, and each item of a list with - on its own line",
      };
    default:
      return {
        got: `"${here}", which cannot be read`,
        remedy: "write plain values: no tags (!), anchors (&) or directives (%)",
      };
  }
}

/** Returns the first alias whose anchor does not stand before it. */
function unresolvedAlias(document: Document.Parsed): Alias | null {
  let found: Alias | null = null;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
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
