import { expect, test } from "vitest";
import { chooseEncoding } from "../../../ui/server/content-encoding.ts";

// The examples of RFC 9110 section 12.5.3, and what browsers send.
test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["compress, gzip", "gzip"],
  ["", null],
  ["*", "br"],
  ["compress;q=0.5, gzip;q=1.0", "gzip"],
  ["gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"],
  ["br;q=0, gzip;q=0.0", null],
  ["BR ; Q=0.8 , GZIP;q=0.2", "br"],
])("chooses for %j %s", (header, expected) => {
  expect(chooseEncoding(header, ["br", "gzip"])).toBe(expected);
});

test("sends a file that is not packed as it is", () => {
  expect(chooseEncoding("br, gzip", [])).toBe(null);
});
