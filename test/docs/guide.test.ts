import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../support/run-baton.ts";

const guide = readFileSync(new URL("../../docs/guide.md", import.meta.url), "utf8");
/** Examples lie in the clone; the commands of this test run elsewhere. */
const docs = new URL("../../docs/", import.meta.url).pathname;
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** Returns the code blocks of a language, in order. */
function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, code]) => code,
  );
}

test("every scenario file of the guide runs as its first line says", async () => {
  const folder = temporaryFolder();
  try {
    const files = blocks(guide, "yaml");
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      const [, name, command] = /^# (\S+\.yaml): baton (.+)\n/.exec(file) as RegExpExecArray;
      writeFileSync(join(folder.path, name), file);
      const { code, notes } = await runBaton([...command.split(" "), "--dry-run"], { cwd: folder.path });
      expect([name, code, notes]).toEqual([name, 0, ""]);
    }
  } finally {
    folder.remove();
  }
});

test("every baton command of guide and README is one that the command line takes", async () => {
  const commands = [...blocks(guide, ""), ...blocks(readme, "")]
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => /^(?:npm run -s baton -- |baton )(.+?)(?:\s{2,}#.*)?$/.exec(line)?.[1] ?? [])
    .filter((command) => !/<run>|^serve/.test(command));
  expect(commands.length).toBeGreaterThan(8);
  const folder = temporaryFolder();
  try {
    mkdirSync(join(folder.path, "runs"));
    for (const command of commands) {
      const here = command.replaceAll(/(^|[ =])docs\//g, `$1${docs}`);
      const words = [...here.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
      const last = words[0] === "query" ? ["--out", "runs"] : ["--dry-run", "--out", "runs"];
      const { code, notes } = await runBaton(words.includes("--help") ? words : [...words, ...last], {
        cwd: folder.path,
      });
      // Traces and decoders are the reader's own, and a query needs a run; everything else must run as it stands.
      const needsMore = /traces\/|drives\.zip|runs\.jsonl|my-model/.test(command) || words[0] === "query";
      if (needsMore) {
        expect([command, code, notes]).toEqual([
          command,
          2,
          expect.stringMatching(/no complete run|traces|drives|runs|my-model/),
        ]);
        continue;
      }
      // What was made of a file is said, and no fault.
      expect([command, code, notes.replaceAll(/^Note: .*\n/gm, "")]).toEqual([command, 0, ""]);
    }
  } finally {
    folder.remove();
  }
});

test("the code of README is the example that runs, and prints what README says", async () => {
  const source = readFileSync(new URL("../../docs/examples/hello.ts", import.meta.url), "utf8");
  expect(blocks(readme, "ts")).toEqual([source]);
  const { lines } = await import("../../docs/examples/hello.ts");
  expect(blocks(readme, "text")).toContain(`${lines.join("\n")}\n`);
});
