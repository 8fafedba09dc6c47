import fc from "fast-check";
import { expect, test } from "vitest";
import { type BitReader, createBitReader } from "../../../../ran-sim/xn/asn1/bit-reader.ts";
import { type BitWriter, createBitWriter } from "../../../../ran-sim/xn/asn1/bit-writer.ts";
import { readConstrained, writeConstrained } from "../../../../ran-sim/xn/asn1/constrained.ts";
import { readLength, writeLength } from "../../../../ran-sim/xn/asn1/lengths.ts";
import { PerError } from "../../../../ran-sim/xn/asn1/per-error.ts";
import {
  readBitString,
  readObjectIdentifier,
  readOctetString,
  readOpenType,
  writeBitString,
  writeObjectIdentifier,
  writeOctetString,
  writeOpenType,
} from "../../../../ran-sim/xn/asn1/strings.ts";
import {
  readChoice,
  readEnumerated,
  readPreamble,
  readSequenceOf,
  writeChoice,
  writeEnumerated,
  writePreamble,
  writeSequenceOf,
} from "../../../../ran-sim/xn/asn1/structures.ts";
import {
  readExtensible,
  readNormallySmall,
  readSemiConstrained,
  readUnconstrained,
  writeExtensible,
  writeNormallySmall,
  writeSemiConstrained,
  writeUnconstrained,
} from "../../../../ran-sim/xn/asn1/whole-numbers.ts";

/** A value with how to write and read it. */
interface Coded {
  readonly value: unknown;
  readonly write: (w: BitWriter) => void;
  readonly read: (r: BitReader) => unknown;
}

const bounds = fc
  .tuple(fc.integer({ min: -5, max: 70_000 }), fc.oneof(fc.nat(300), fc.nat(70_000), fc.maxSafeNat()))
  .map(([lower, span]) => ({ lower, upper: Math.min(lower + span, Number.MAX_SAFE_INTEGER - 10) }));

const sizes = fc.record({
  lower: fc.nat(3),
  upper: fc.constantFrom(3, 20, 160, 300, null),
  extensible: fc.boolean(),
});

const coded: fc.Arbitrary<Coded> = fc.oneof(
  bounds.chain(({ lower, upper }) =>
    fc.maxSafeInteger().map((seed) => {
      const value = lower + (Math.abs(seed) % (upper - lower + 1));
      return {
        value,
        write: (w: BitWriter) => writeConstrained(w, value, lower, upper),
        read: (r: BitReader) => readConstrained(r, lower, upper),
      };
    }),
  ),
  fc.nat(4095).map((value) => ({
    value,
    write: (w: BitWriter) => writeExtensible(w, value, 0, 4095),
    read: (r: BitReader) => readExtensible(r, 0, 4095),
  })),
  fc.maxSafeNat().map((value) => ({
    value,
    write: (w: BitWriter) => writeSemiConstrained(w, value, 0),
    read: (r: BitReader) => readSemiConstrained(r, 0),
  })),
  fc.integer({ min: -(2 ** 47), max: 2 ** 47 - 1 }).map((value) => ({
    value,
    write: (w: BitWriter) => writeUnconstrained(w, value),
    read: readUnconstrained,
  })),
  fc.nat(200).map((value) => ({
    value,
    write: (w: BitWriter) => writeNormallySmall(w, value),
    read: readNormallySmall,
  })),
  fc.tuple(fc.nat(9), fc.boolean()).map(([value, extensible]) => {
    const roots = { count: extensible ? 4 : 10, extensible };
    return {
      value,
      write: (w: BitWriter) => writeEnumerated(w, value, roots),
      read: (r: BitReader) => readEnumerated(r, roots),
    };
  }),
  fc.tuple(fc.nat(4), fc.boolean()).map(([value, extensible]) => {
    const roots = { count: 5, extensible };
    return {
      value,
      write: (w: BitWriter) => writeChoice(w, value, roots),
      read: (r: BitReader) => readChoice(r, roots),
    };
  }),
  fc.array(fc.boolean(), { maxLength: 9 }).map((value) => ({
    value,
    write: (w: BitWriter) => writePreamble(w, ...value),
    read: (r: BitReader) => readPreamble(r, value.length),
  })),
  fc.tuple(fc.uint8Array({ minLength: 3, maxLength: 200 }), sizes).map(([octets, size]) => {
    const value = octets.slice(0, size.upper ?? octets.length);
    return {
      value,
      write: (w: BitWriter) => writeOctetString(w, value, size),
      read: (r: BitReader) => readOctetString(r, size),
    };
  }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(7), fc.boolean(), fc.boolean())
    .map(([octets, unused, fixed, extensible]) => {
      const bitCount = 8 * octets.length - unused;
      octets[octets.length - 1] &= 0xff << unused;
      const size = fixed ? { lower: bitCount, upper: bitCount, extensible } : { lower: 1, upper: 320 };
      return {
        value: { octets, bitCount },
        write: (w: BitWriter) => writeBitString(w, { octets, bitCount }, size),
        read: (r: BitReader) => readBitString(r, size),
      };
    }),
  fc
    .tuple(fc.nat(2), fc.nat(39), fc.array(fc.maxSafeNat(), { maxLength: 6 }))
    .map(([first, second, rest]) => [first, second, ...rest])
    .map((value) => ({
      value,
      write: (w: BitWriter) => writeObjectIdentifier(w, value),
      read: readObjectIdentifier,
    })),
  fc.array(fc.nat(7), { minLength: 1, maxLength: 16 }).map((value) => ({
    value,
    write: (w: BitWriter) =>
      writeSequenceOf(w, value, { lower: 1, upper: 16 }, (each, item) => writeConstrained(each, item, 0, 7)),
    read: (r: BitReader) => readSequenceOf(r, { lower: 1, upper: 16 }, (each) => readConstrained(each, 0, 7)),
  })),
  fc.nat(99_999).map((value) => ({
    value,
    write: (w: BitWriter) => writeOpenType(w, (inner) => writeConstrained(inner, value, 0, 99_999)),
    read: (r: BitReader) => readConstrained(readOpenType(r), 0, 99_999),
  })),
);

const variants = fc.constantFrom("aligned" as const, "unaligned" as const);
const sequences = fc.array(coded, { minLength: 1, maxLength: 12 });

test("what is written one after another is read back in that order, in both variants", () => {
  fc.assert(
    fc.property(variants, sequences, (variant, values) => {
      const w = createBitWriter(variant);
      for (const { write } of values) write(w);
      const r = createBitReader(w.finish(), variant);
      expect(values.map(({ read }) => read(r))).toEqual(values.map(({ value }) => value));
    }),
    { numRuns: 500 },
  );
});

test("any octets are read or refused with a PerError", () => {
  fc.assert(
    fc.property(variants, sequences, fc.uint8Array({ maxLength: 60 }), (variant, values, octets) => {
      const r = createBitReader(octets, variant);
      try {
        for (const { read } of values) read(r);
      } catch (error) {
        expect(error).toBeInstanceOf(PerError);
      }
    }),
    { numRuns: 1000 },
  );
});

test("an empty encoding is one zero octet", () => {
  expect(createBitWriter("aligned").finish()).toEqual(Uint8Array.of(0));
});

test("a length of 16384 is refused on both sides, as it would need fragments", () => {
  const w = createBitWriter("aligned");
  writeOctetString(w, new Uint8Array(16383));
  expect(readOctetString(createBitReader(w.finish(), "aligned"))).toHaveLength(16383);
  expect(() => writeOctetString(createBitWriter("aligned"), new Uint8Array(16384))).toThrow(RangeError);
  const fragmented = createBitReader(Uint8Array.of(0xc1, 0), "aligned");
  expect(() => readLength(fragmented, { lower: 0, upper: null })).toThrow(
    expect.objectContaining({ reason: "fragmented" }),
  );
});

test.each([
  ["a number above its bound", (w: BitWriter) => writeConstrained(w, 8, 0, 7)],
  ["a number that is no integer", (w: BitWriter) => writeConstrained(w, 0.5, 0, 7)],
  ["a semi-constrained number below its bound", (w: BitWriter) => writeSemiConstrained(w, -1, 0)],
  ["a number of more than 48 bits", (w: BitWriter) => writeUnconstrained(w, 2 ** 47)],
  ["too few octets", (w: BitWriter) => writeOctetString(w, new Uint8Array(2), { lower: 3, upper: 3 })],
  ["a list that is too short", (w: BitWriter) => writeLength(w, 1, { lower: 2, upper: null })],
  ["bits that do not fit", (w: BitWriter) => w.putBits(4, 2)],
])("refuses to write %s", (_, write) => {
  expect(() => write(createBitWriter("aligned"))).toThrow(RangeError);
});

test.each([
  [
    "an extended length",
    "unsupported",
    (r: BitReader) => readLength(r, { lower: 1, upper: 2, extensible: true }),
  ],
  ["an extended choice", "unsupported", (r: BitReader) => readChoice(r, { count: 2, extensible: true })],
  ["an extended sequence", "unsupported", (r: BitReader) => readPreamble(r, 0)],
  ["a number above its bound", "out-of-range", (r: BitReader) => readConstrained(r, 0, 5)],
  [
    "a number of more octets than its bound has",
    "out-of-range",
    (r: BitReader) => readConstrained(r, 0, 2 ** 40),
  ],
  ["two octets where one is left", "truncated", (r: BitReader) => r.takeBits(16)],
] as const)("says of %s that it is %s", (_, reason, read) => {
  expect(() => read(createBitReader(Uint8Array.of(0xff), "aligned"))).toThrow(
    expect.objectContaining({ reason }),
  );
});
