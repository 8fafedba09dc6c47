import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { NrCell, VisitedCell } from "../../../../ran-sim/xn/index.ts";

/** Wireshark's command line, as an independent reader of captures. */

const program = "tshark";
const installed = spawnSync(program, ["--version"]).status === 0;

/** `test`, for a test that needs tshark: without it the test skips by name; with `CI=true` it runs, and so fails. */
export const testWithTshark: typeof test =
  installed || process.env.CI === "true" ? test : (test.skip as unknown as typeof test);

/** Returns what tshark prints of a capture. */
export function tshark(capture: Uint8Array, ...options: readonly string[]): string {
  return tsharkWith(null, capture, ...options);
}

/** Returns what tshark prints of a capture with a script in Lua. */
export function tsharkWith(
  script: string | null,
  capture: Uint8Array,
  ...options: readonly string[]
): string {
  const folder = mkdtempSync(join(tmpdir(), "xn-capture-"));
  try {
    const file = join(folder, "xn.pcap");
    writeFileSync(file, capture);
    if (script !== null) {
      const path = join(folder, "payload.lua");
      writeFileSync(path, script);
      options = ["-X", `lua_script:${path}`, ...options];
    }
    return execFileSync(program, ["-r", file, ...options], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the packets of a capture as tshark dissects them without options, each as PDML. */
export function dissect(capture: Uint8Array): string[] {
  return tshark(capture, "-T", "pdml").split("</packet>").slice(0, -1);
}

/** Returns an attribute of all fields of one name, in their order; `show` is the value as text, `value` as octets. */
export function fieldsOf(
  packet: string,
  name: string,
  attribute: "show" | "showname" | "value" = "show",
): string[] {
  const fields = packet.matchAll(new RegExp(`<field name="${name.replaceAll(".", "\\.")}"([^>]*)>`, "g"));
  return [...fields].map(([, attributes]) => attributeOf(attributes, attribute));
}

/** Returns the octets, in hexadecimal, of the field that is shown with these words. */
export function octetsOf(packet: string, show: string): string {
  const found = packet.match(new RegExp(`<field name="" show="${show}"([^>]*)>`));
  return found === null ? "" : attributeOf(found[1], "value");
}

/** Expects nothing malformed and no remark, but the one that may be: tshark knows no private IE, and says so of each. */
export function expectSound(packets: readonly string[]): void {
  for (const packet of packets) {
    expect(packet).not.toContain("_ws.malformed");
    const isPrivate = fieldsOf(packet, "xnap.procedureCode")[0] === "22";
    expect(fieldsOf(packet, "_ws.expert.message")).toEqual(isPrivate ? ["Unknown Open Type"] : []);
  }
}

/** Returns for each visited cell: identity, size, seconds, tenths of a second. */
export function historyOf(packet: string): number[][] {
  const sizes = numbersOf(packet, "ngap.cellSize");
  const seconds = numbersOf(packet, "ngap.timeUEStayedInCell");
  const tenths = numbersOf(packet, "ngap.timeUEStayedInCellEnhancedGranularity");
  return numbersOf(packet, "ngap.NRCellIdentity").map((cell, i) => [cell, sizes[i], seconds[i], tenths[i]]);
}

/** Returns the same of a cell as it is sent. */
export function shownVisit({ cell, size, stayTenthsS }: VisitedCell): number[] {
  const sizeCode = ["verySmall", "small", "medium", "large"].indexOf(size);
  return [cellIdentity(cell), sizeCode, Math.round(stayTenthsS / 10), stayTenthsS];
}

/** The 36-bit NR cell identity. */
export function cellIdentity({ node, cell }: NrCell): number {
  return node * 4096 + cell;
}

/** Returns the fields of one name as numbers. */
export function numbersOf(packet: string, name: string): number[] {
  return fieldsOf(packet, name).map(Number);
}

function attributeOf(attributes: string, name: string): string {
  return attributes.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "";
}
