// `npm test`: every test, browser included. Words after `--` go to Vitest: `npm test -- payload`.
// `npm run explore`: the same with properties drawn from another seed, which is printed; BATON_PROPERTY_SEED repeats one.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const explores = first === "--explore";
const env = { ...process.env };
if (explores) {
  env.BATON_PROPERTY_SEED ??= String(randomInt(2 ** 31));
  process.stderr.write(`baton: properties from seed ${env.BATON_PROPERTY_SEED}\n`);
} else {
  process.stderr.write("baton: running all tests (a few minutes; browser tests build the dashboard first)\n");
}
const words = explores ? rest : process.argv.slice(2);
const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...words], {
  cwd: projectRoot,
  stdio: ["ignore", "inherit", "inherit"],
  env,
});
child.on("exit", (code) => {
  if (explores) {
    process.stderr.write(
      `baton: BATON_PROPERTY_SEED=${env.BATON_PROPERTY_SEED} npm run explore repeats this\n`,
    );
  }
  process.exitCode = code ?? 1;
});
