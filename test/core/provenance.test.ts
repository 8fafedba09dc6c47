import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { crossDomainMetric, type OfDomain, ProvenanceError, requireCrossDomain, requireDomain } from "#core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const path = fileURLToPath(new URL("./provenance.types.ts", import.meta.url));
const text = readFileSync(path, "utf8");
const withoutExpectations = text.replaceAll("@ts-expect-error", "expectation removed:");

/** Not assignable; no overload or argument fits. What a typing error in the test itself would give is not among them. */
const REFUSALS = [2322, 2345, 2375];

/** Returns the errors that the compiler finds in `source`, under the project's own options, in place of the file. */
function errorsOf(source: string): readonly { readonly line: number; readonly code: number }[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [path] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest);
  const program = ts.createProgram([path], options, host);
  const file = program.getSourceFile(path);
  return ts.getPreEmitDiagnostics(program, file).map(({ start = 0, code }) => ({
    line: (file as ts.SourceFile).getLineAndCharacterOfPosition(start).line,
    code,
  }));
}

test("every line of provenance.types.ts that must not compile does not, and every other one does", () => {
  expect(errorsOf(text)).toEqual([]);
}, 60_000);

test("without the expectations, each of those lines is an error of type, and no other line is", () => {
  const expected = text.split("\n").flatMap((line, i) => (line.includes("@ts-expect-error") ? [i + 1] : []));
  expect(expected.length).toBeGreaterThanOrEqual(10);
  const errors = errorsOf(withoutExpectations);
  expect([...new Set(errors.map(({ line }) => line))]).toEqual(expected);
  for (const { code } of errors) expect(REFUSALS).toContain(code);
}, 60_000);

const of = (domain: string, metric = "handovers", unit = "1") =>
  ({ domain, metric, unit }) as OfDomain<"ran"> & { metric: string; unit: string };

test("rows of one domain pass, and the same array comes back", () => {
  const rows = [of("ran"), of("ran")];
  expect(requireDomain("ran", rows)).toBe(rows);
  expect(requireDomain("agent", [])).toEqual([]);
});

test("a row of the other domain is refused by an error that names both domains and the row", () => {
  const rows = [of("agent", "exactMatch"), of("ran", "pingPongs")];
  const show = () => requireDomain("agent", rows, ({ metric }) => metric);
  expect(show).toThrow(ProvenanceError);
  expect(show).toThrow('pingPongs is of domain "ran" and cannot be shown as "agent"');
  expect(() => requireDomain("ran", rows)).toThrow(
    'a number is of domain "agent" and cannot be shown as "ran"',
  );
});

test("a row without a domain, or of one that does not exist, is refused", () => {
  expect(() => requireDomain("ran", [{} as OfDomain<"ran">])).toThrow('"undefined"');
  expect(() => requireDomain("ran", [of("RAN")])).toThrow('"RAN"');
});

test("the two domains share an axis for the dimensionless metric only", () => {
  const shared = [of("ran", crossDomainMetric), of("agent", crossDomainMetric)];
  expect(requireCrossDomain(shared)).toBe(shared);
  const mixed = () => requireCrossDomain([...shared, of("ran", "pingPongRate")]);
  expect(mixed).toThrow(ProvenanceError);
  expect(mixed).toThrow(
    '"pingPongRate" of domain "ran" cannot share an axis with the other domain; only "gapClosed" can, with unit 1',
  );
  expect(() => requireCrossDomain([of("ran", crossDomainMetric, "dB")])).toThrow(ProvenanceError);
});
