/**
 * The rule arm a3-set3 beside the same work in other hands, in one table of ratios: million user x cell x steps per processor second of one core,
 * medians of interleaved rounds. `npm run -s bench`, with `--json`, `--rounds <n>` and `--python <a Python that has NumPy>`.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sharedPath } from "../support/shared-data.ts";

const USERS = 1000;
const SITES = 19;
const TICK_MS = 40;
const [SHORT_S, LONG_S] = [1, 5];

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    python: { type: "string", default: "python3" },
  },
});
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`--rounds: expected a whole number from 1, got ${flags.rounds}`);
}

interface Contender {
  readonly who: string;
  readonly command: readonly string[];
  /** Returns million user x cell x steps per processor second of what the command printed. */
  readonly read: (printed: string) => number;
}

const entry = fileURLToPath(new URL("../../.ci/enter.mjs", import.meta.url));
/** The references print their own median, in processor time. */
const readReference = (printed: string): number => Number(/median ([\d.]+) M/.exec(printed)?.[1]);
const shape = [`${USERS}`, `${SITES}`];
const contenders: readonly Contender[] = [
  {
    who: "Baton, a3-set3",
    command: [
      process.execPath,
      entry,
      "test/bench/marginal-cost.ts",
      ...shape,
      `${TICK_MS}`,
      "a3-set3",
      `${SHORT_S}`,
      `${LONG_S}`,
    ],
    read: (printed) => (USERS * 3 * SITES * 1000) / TICK_MS / JSON.parse(printed).cpuSPerSimulatedS / 1e6,
  },
  {
    who: "NumPy, float32",
    command: [flags.python, sharedPath("perf", "ref_numpy.py"), ...shape, "1", "f32"],
    read: readReference,
  },
  {
    who: "plain JavaScript",
    command: [process.execPath, sharedPath("perf", "ref_js.mjs"), ...shape],
    read: readReference,
  },
];

const measured = contenders.map(({ who }) => ({
  who,
  millions: [] as number[],
  absent: null as string | null,
}));
for (let round = 0; round < rounds; round++) {
  for (const [i, { command, read }] of contenders.entries()) {
    const row = measured[i];
    if (row.absent !== null) continue;
    const script = command[1];
    if (!existsSync(script)) {
      row.absent = `${script} is not there`;
      continue;
    }
    const { status, stdout, stderr, error } = spawnSync(command[0], command.slice(1), {
      encoding: "utf8",
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
    });
    const value = status === 0 ? read(stdout) : Number.NaN;
    if (Number.isFinite(value)) row.millions.push(value);
    else row.absent = error?.message ?? stderr.trim().split("\n").at(-1) ?? "it printed no figure";
  }
}

const median = (of: readonly number[]): number | null =>
  of.length === 0 ? null : [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)];
const rows = measured.map(({ who, millions, absent }) => ({
  ...{ who, absent, rounds: millions.length },
  millionPerCpuS: median(millions),
  least: millions.length === 0 ? null : Math.min(...millions),
  greatest: millions.length === 0 ? null : Math.max(...millions),
}));
const own = rows[0].millionPerCpuS;
const result = {
  work: `${USERS} users x ${3 * SITES} cells, tick ${TICK_MS} ms, marginal between ${SHORT_S} s and ${LONG_S} s`,
  machine: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} logical processors, Node ${process.version}`,
  rows: rows.map((row) => ({
    ...row,
    batonOverThis: own === null || row.millionPerCpuS === null ? null : own / row.millionPerCpuS,
  })),
};
const write = (line: string): void => void process.stdout.write(`${line}\n`);
if (flags.json) {
  write(JSON.stringify(result, null, 2));
} else {
  write(`${result.work}\n${result.machine}\n`);
  write("who               M/CPU-s  least..greatest   Baton over this");
  for (const { who, absent, millionPerCpuS, least, greatest, batonOverThis } of result.rows) {
    const figures =
      millionPerCpuS === null
        ? `absent: ${absent}`
        : `${millionPerCpuS.toFixed(2).padStart(7)}  ${`${least?.toFixed(2)}..${greatest?.toFixed(2)}`.padStart(15)}   ${batonOverThis?.toFixed(3) ?? "-"}`;
    write(`${who.padEnd(18)}${figures}`);
  }
}
