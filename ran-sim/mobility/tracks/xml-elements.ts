// XML as a stream of elements: no tree is built, since a recording of traffic can hold millions of them.
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import { BadInputError } from "#core";

/** One element with its place in the file. Names are without their namespace prefix. */
export interface XmlElement {
  readonly name: string;
  /** URI of the element's namespace; "" for none. */
  readonly namespace: string;
  readonly line: number;
  /** Returns the value of an attribute without a namespace; undefined when it is not there. */
  attribute(name: string): string | undefined;
}

/** Called as the file is read; `close` gets all text directly inside the element. */
export interface XmlVisitor {
  open(element: XmlElement): void;
  close?(name: string, text: string): void;
}

/** Recordings have about 5 levels; what every element costs grows with its depth. */
const DEEPEST = 100;

/**
 * Reads `text` through `visitor`. Throws BadInputError with `code` for XML that is not well-formed, for elements nested
 * more than 100 deep, and for entities other
 * than the five of XML: none are defined or fetched.
 */
export function readXml(text: string, file: string, code: string, visitor: XmlVisitor): void {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const texts: string[] = [];
  parser.on("error", (error) => {
    throw new BadInputError(code, {
      subject: `${file} line ${parser.line}`,
      expected: "well-formed XML",
      got: error.message.replace(/^\d+:\d+: /, ""),
    });
  });
  parser.on("opentag", (tag: SaxesTagNS) => {
    if (texts.length >= DEEPEST) {
      throw new BadInputError(code, {
        subject: `${file} line ${parser.line}`,
        expected: `elements nested at most ${DEEPEST} deep`,
        got: `a deeper ${tag.name}`,
      });
    }
    texts.push("");
    const attributes = tag.attributes as Readonly<Record<string, SaxesAttributeNS>>;
    visitor.open({
      name: tag.local,
      namespace: tag.uri,
      line: parser.line,
      attribute: (name) => attributes[name]?.value,
    });
  });
  parser.on("text", (part) => {
    if (texts.length > 0) texts[texts.length - 1] += part;
  });
  parser.on("closetag", (tag: SaxesTagNS) => {
    // Popped whether or not anyone listens: the depth is counted by it.
    const text = texts.pop() ?? "";
    visitor.close?.(tag.local, text);
  });
  parser.write(text).close();
}
