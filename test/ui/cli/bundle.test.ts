import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** Returns what the command line prints when it is started as a user starts it: from the bundle. */
function fromBundle(...words: string[]): string {
  const { INIT_CWD: _, BATON_BUNDLE: __, ...env } = process.env;
  return execFileSync(process.execPath, [".ci/enter.mjs", "ui/cli/main.ts", ...words], {
    cwd: projectRoot,
    env,
    encoding: "utf8",
  });
}

test("the bundle lists the arms and scenarios that the sources list", async () => {
  for (const command of ["arms", "scenarios"]) {
    expect(JSON.parse(fromBundle(command, "--json"))).toEqual(
      JSON.parse((await runBaton([command, "--json"])).out),
    );
  }
});

test("threads of the bundle give the rows that one thread of the sources gives", async () => {
  const folder = temporaryFolder();
  try {
    const words = ["agent", "run", "default", "--seeds", "3", "--json", "--out", folder.path];
    const { kpis } = JSON.parse(fromBundle(...words));
    expect(kpis.length).toBeGreaterThan(10);
    expect(kpis).toEqual(JSON.parse((await runBaton(words)).out).kpis);
    const ran = [
      "ran",
      "run",
      "two-cell",
      "--arms",
      "a3,cold",
      "--seeds",
      "2",
      "--json",
      "--out",
      folder.path,
    ];
    const short = [...ran, "--set", "durationS=4", "--set", "mobility.users=4"];
    expect(JSON.parse(fromBundle(...short)).kpis).toEqual(JSON.parse((await runBaton(short)).out).kpis);
  } finally {
    folder.remove();
  }
});
