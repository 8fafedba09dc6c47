// `npm test`: every test, browser included. Words after `--` go to Vitest: `npm test -- payload`.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));
process.stderr.write("baton: running all tests (a few minutes; browser tests build the dashboard first)\n");
const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: ["ignore", "inherit", "inherit"],
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
