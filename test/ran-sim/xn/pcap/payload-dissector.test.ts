import { expect, test } from "vitest";
import { encodePayload, payloadHeaderBytes, payloadHeaderFields } from "#core";
import { createXnCapture, encodeXnap, payloadDissector } from "../../../../ran-sim/xn/index.ts";
import { toTarget } from "../example-messages.ts";
import { testWithTshark, tsharkWith } from "./tshark.ts";

const octets = { u8: 1, u16: 2, u32: 4, f32: 4 };

test("the fields fill the header without a gap, and stand where core writes them", () => {
  let at = 0;
  for (const field of payloadHeaderFields) {
    expect([field.name, field.at]).toEqual([field.name, at]);
    at += octets[field.type];
  }
  expect(at).toBe(payloadHeaderBytes);
  const view = new DataView(
    encodePayload(Float32Array.of(1, -2, 3), { modelId: "m", precision: "int8", sequence: 77 }).slice()
      .buffer,
  );
  const of = (name: string) => payloadHeaderFields.find((field) => field.name === name)?.at ?? -1;
  expect(view.getUint16(of("magic"), true)).toBe(0x5442);
  expect(view.getUint8(of("precision"))).toBe(2);
  expect(view.getUint32(of("dimension"), true)).toBe(3);
  expect(view.getUint32(of("sequence"), true)).toBe(77);
  expect(view.getFloat32(of("scale"), true)).toBeCloseTo(3 / 127, 6);
});

testWithTshark("tshark names the fields of a payload in its PRIVATE MESSAGE", () => {
  const payload = encodePayload(Float32Array.of(1, -2, 3), { modelId: "m", precision: "int8", sequence: 77 });
  const carrier = toTarget.find(({ type }) => type === "privateMessage");
  if (carrier === undefined) throw new Error("an example carries a payload");
  const capture = createXnCapture();
  capture.add(encodeXnap({ ...carrier, latent: payload } as typeof carrier), {
    ...{ sourceNode: 1, targetNode: 2, timeS: 1 },
  });
  const fields = ["precision", "dimension", "sequence"].flatMap((name) => ["-e", `baton.${name}`]);
  const shown = tsharkWith(payloadDissector(), capture.bytes(), "-Y", "baton", "-T", "fields", ...fields);
  expect(shown.trim().split("\t")).toEqual(["2", "3", "77"]);
});
