import { expect, test } from "vitest";
import { isAllowed } from "../../../ui/server/allowed-host.ts";

test.each([
  ["localhost:4173", undefined],
  ["127.0.0.1:4173", "http://127.0.0.1:4173"],
  ["[::1]:4173", "http://[::1]:4173"],
  ["192.168.0.7", "http://192.168.0.7"],
  ["Baton.local:80", "http://baton.local:80"],
])("answers Host %s with Origin %s", (host, origin) => {
  expect(isAllowed({ host, origin }, "baton.local")).toBe(true);
});

test.each([
  [undefined, undefined],
  ["evil.example:4173", "http://evil.example:4173"],
  ["localhost:4173", "http://evil.example"],
  ["localhost:4173", "http://localhost:9999"],
  ["localhost:4173", "https://localhost:4173"],
  ["localhost:4173", "null"],
  ["127.0.0.1.evil.example", undefined],
])("refuses Host %s with Origin %s", (host, origin) => {
  expect(isAllowed({ host, origin }, "127.0.0.1")).toBe(false);
});
