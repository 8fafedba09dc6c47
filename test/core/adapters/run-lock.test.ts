import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BadInputError } from "#core";
import { lockRun } from "../../../core/adapters/run-lock.ts";
import { temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const path = (): string => join(folder.path, "lock");
const dead = { host: hostname(), pid: 999_999_999, started: null, token: "dead" };
const lay = (holder: object): void => writeFileSync(path(), JSON.stringify({ ...dead, ...holder }));
const holder = () => JSON.parse(readFileSync(path(), "utf8"));

/** Returns the number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid as number;
}

test("the lock names this process and is gone once it is given back", async () => {
  const lock = await lockRun(folder.path);
  expect(holder()).toMatchObject({ host: hostname(), pid: process.pid });
  await lock.release();
  await lock.release();
  expect(readdirSync(folder.path)).toEqual([]);
});

test("the lock of a process that has ended is taken over", async () => {
  lay({ pid: await endedProcess() });
  const lock = await lockRun(folder.path);
  expect(holder().pid).toBe(process.pid);
  await lock.release();
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a number that another process has by now does not hold the lock", async () => {
  const lock = await lockRun(folder.path);
  const { started } = holder();
  await lock.release();
  if (started === null) return;
  lay({ pid: process.pid, started });
  await expect(lockRun(folder.path)).rejects.toThrow(`process ${process.pid} is writing it`);
  lay({ pid: process.pid, started: `${started}1` });
  await (await lockRun(folder.path)).release();
});

test("of a process on another machine nobody knows: the line says which file to delete", async () => {
  lay({ host: "elsewhere" });
  const error = await lockRun(folder.path).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(BadInputError);
  expect(error.code).toBe("run-locked");
  expect(error.message).toContain("process 999999999 on elsewhere is writing it");
  expect(error.message).toContain(`delete ${path()}`);
});

test("a lock that cannot be read is somebody's for a moment, and nobody's after that", async () => {
  writeFileSync(path(), "{");
  await expect(lockRun(folder.path)).rejects.toThrow("another process is starting");
  utimesSync(path(), new Date(0), new Date(0));
  await (await lockRun(folder.path)).release();
});

test("of many that find a dead lock at once, one gets it", async () => {
  for (let round = 0; round < 20; round++) {
    lay({});
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder.path)));
    const won = tries.filter(({ status }) => status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const lost of tries) {
      if (lost.status === "rejected") expect(lost.reason).toBeInstanceOf(BadInputError);
    }
    rmSync(path());
    expect(readdirSync(folder.path)).toEqual([]);
  }
});
