import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame, encodeFrame, type Frame, FrameError } from "../../ui/frame.ts";

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const header = { epoch: u32, sequence: u32, timeS: fc.double({ noNaN: true, noDefaultInfinity: true }) };
const floats = (length: number) =>
  fc.array(fc.float(), { minLength: length, maxLength: length }).map((a) => Float32Array.from(a));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const phones = fc.nat(40).chain((n) =>
  fc.record({
    ...header,
    kind: fc.constant("phones" as const),
    domain: fc.constant("ran" as const),
    xM: floats(n),
    yM: floats(n),
    serving: fc.int16Array({ minLength: n, maxLength: n }),
    phase: bytes(n),
    sinrDb: floats(n),
  }),
);
const pipeline = fc.tuple(fc.nat(12), fc.nat(20)).chain(([n, e]) =>
  fc.record({
    ...header,
    kind: fc.constant("pipeline" as const),
    domain: fc.constant("agent" as const),
    stagePhase: bytes(n),
    stageProgress: floats(n),
    stageTokensRead: fc.array(u32, { minLength: n, maxLength: n }).map((a) => Uint32Array.from(a)),
    edgeProgress: floats(e),
    tasksDone: u32.map((done) => Uint32Array.of(done)),
  }),
);
const history = fc.nat(40).chain((n) =>
  fc.record({
    ...header,
    kind: fc.constant("history" as const),
    domain: fc.constantFrom("ran" as const, "agent" as const),
    pointS: floats(n),
    value: floats(n),
    low: floats(n),
    high: floats(n),
  }),
);
const frames: fc.Arbitrary<Frame> = fc.oneof(phones, pipeline, history);

test("decodeFrame(encodeFrame(frame)) equals frame", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    }),
  );
});

test("starts every array at a multiple of eight", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      for (const value of Object.values(decodeFrame(encodeFrame(frame)))) {
        if (ArrayBuffer.isView(value)) expect(value.byteOffset % 8).toBe(0);
      }
    }),
  );
});

test("lays the header out as the documentation says", () => {
  const view = new DataView(encodeFrame(onePhone(7, 9, 1.5)));
  expect([0, 1, 2, 3].map((at) => String.fromCharCode(view.getUint8(at))).join("")).toBe("BTNF");
  expect([4, 5, 6, 7].map((at) => view.getUint8(at))).toEqual([1, 0, 0, 5]);
  expect(view.getUint32(8, true)).toBe(7);
  expect(view.getUint32(12, true)).toBe(9);
  expect(view.getFloat64(16, true)).toBe(1.5);
  // Five fields: the table ends at 24 + 60 = 84, so the first array starts at 88.
  expect(view.getUint32(28, true)).toBe(88);
});

test("refuses a frame cut off at any length, with a FrameError only", () => {
  const whole = encodeFrame(onePhone(1, 1, 1));
  // The last array is padded to a multiple of eight; without its padding the frame is still whole.
  for (let length = 0; length < whole.byteLength - 4; length++) {
    expect(() => decodeFrame(whole.slice(0, length))).toThrow(FrameError);
  }
});

test("never throws anything but a FrameError, whatever the bytes", () => {
  const mangled = fc
    .tuple(
      frames,
      fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
    )
    .map(([frame, changes]) => {
      const all = new Uint8Array(encodeFrame(frame));
      for (const [at, value] of changes) if (at < all.length) all[at] = value;
      return all;
    });
  fc.assert(
    fc.property(fc.oneof(mangled, fc.uint8Array({ maxLength: 300 })), (given) => {
      try {
        decodeFrame(given.slice().buffer);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});

test("refuses phones that claim to be of the agent domain", () => {
  const all = new Uint8Array(encodeFrame(onePhone(1, 1, 1)));
  all[5] = 1;
  expect(() => decodeFrame(all.buffer)).toThrow('a frame of kind "phones" cannot be of domain "agent"');
});

function onePhone(epoch: number, sequence: number, timeS: number): Frame {
  const one = new Float32Array(1);
  const rest = { xM: one, yM: one, serving: new Int16Array(1), phase: new Uint8Array(1), sinrDb: one };
  return { kind: "phones", domain: "ran", epoch, sequence, timeS, ...rest };
}
