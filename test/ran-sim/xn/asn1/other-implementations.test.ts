import { expect, test } from "vitest";
import { createBitReader } from "../../../../ran-sim/xn/asn1/bit-reader.ts";
import { type BitWriter, createBitWriter, type PerVariant } from "../../../../ran-sim/xn/asn1/bit-writer.ts";
import { writeConstrained } from "../../../../ran-sim/xn/asn1/constrained.ts";
import {
  writeBitString,
  writeObjectIdentifier,
  writeOctetString,
} from "../../../../ran-sim/xn/asn1/strings.ts";
import { writeEnumerated, writeSequenceOf } from "../../../../ran-sim/xn/asn1/structures.ts";
import {
  writeExtensible,
  writeSemiConstrained,
  writeUnconstrained,
} from "../../../../ran-sim/xn/asn1/whole-numbers.ts";
import { readPdu, readProtocolIes } from "../../../../ran-sim/xn/xnap/containers.ts";
import { readNodeId } from "../../../../ran-sim/xn/xnap/xn-setup.ts";

// Expected: the Python library asn1tools 0.169.0, `compile_string(spec, "per" | "uper").encode(...)`, of
// SEQUENCE { x BOOLEAN, v <type> } with x TRUE, so that v starts at bit 1. The two of INTEGER (10..MAX) are by pycrate
// 0.8.1, as asn1tools does not subtract the bound there (X.691 11.7).
const vectors: readonly (readonly [
  name: string,
  write: (w: BitWriter) => void,
  per: string,
  uper: string,
])[] = [
  ["INTEGER (1..100) 1", (w) => writeConstrained(w, 1, 1, 100), "80", "80"],
  ["INTEGER (1..100) 100", (w) => writeConstrained(w, 100, 1, 100), "e3", "e3"],
  ["INTEGER (0..255) 200", (w) => writeConstrained(w, 200, 0, 255), "80c8", "e400"],
  ["INTEGER (0..4095) 300", (w) => writeConstrained(w, 300, 0, 4095), "80012c", "8960"],
  ["INTEGER (0..2^32-1) 4711", (w) => writeConstrained(w, 4711, 0, 2 ** 32 - 1), "a01267", "8000093380"],
  [
    "INTEGER (0..2^32-1) 2^32-1",
    (w) => writeConstrained(w, 2 ** 32 - 1, 0, 2 ** 32 - 1),
    "e0ffffffff",
    "ffffffff80",
  ],
  ["INTEGER (0..2^40-1) 4711", (w) => writeConstrained(w, 4711, 0, 2 ** 40 - 1), "901267", "800000093380"],
  ["INTEGER (0..4e12, ...) 1e9", (w) => writeExtensible(w, 1e9, 0, 4e12), "983b9aca00", "8003b9aca000"],
  ["INTEGER (0..4e12, ...) 4e12", (w) => writeExtensible(w, 4e12, 0, 4e12), "a803a352944000", "ba3529440000"],
  ["INTEGER (10..MAX) 10", (w) => writeSemiConstrained(w, 10, 10), "800100", "808000"],
  ["INTEGER (10..MAX) 300", (w) => writeSemiConstrained(w, 300, 10), "80020122", "81009100"],
  ["INTEGER 0", (w) => writeUnconstrained(w, 0), "800100", "808000"],
  ["INTEGER 127", (w) => writeUnconstrained(w, 127), "80017f", "80bf80"],
  ["INTEGER 128", (w) => writeUnconstrained(w, 128), "80020080", "81004000"],
  ["INTEGER -128", (w) => writeUnconstrained(w, -128), "800180", "80c000"],
  ["INTEGER -129", (w) => writeUnconstrained(w, -129), "8002ff7f", "817fbf80"],
  ["INTEGER 1000000", (w) => writeUnconstrained(w, 1_000_000), "80030f4240", "8187a12000"],
  ["fifth of 5 ENUMERATED", (w) => writeEnumerated(w, 4, { count: 5, extensible: true }), "a0", "a0"],
  ["second of its extension", (w) => writeEnumerated(w, 6, { count: 5, extensible: true }), "c080", "c080"],
  [
    "OCTET STRING (SIZE(3))",
    (w) => writeOctetString(w, hex("00f110"), { lower: 3, upper: 3 }),
    "8000f110",
    "80788800",
  ],
  [
    "OCTET STRING (SIZE(2))",
    (w) => writeOctetString(w, hex("abcd"), { lower: 2, upper: 2 }),
    "d5e680",
    "d5e680",
  ],
  ["empty OCTET STRING", (w) => writeOctetString(w, hex("")), "8000", "8000"],
  ["OCTET STRING", (w) => writeOctetString(w, hex("010203")), "8003010203", "8180810180"],
  [
    "OCTET STRING (SIZE(0..20))",
    (w) => writeOctetString(w, hex("aabb"), { lower: 0, upper: 20 }),
    "88aabb",
    "8aaaec",
  ],
  [
    "BIT STRING (SIZE(16))",
    (w) => writeBitString(w, { octets: hex("7000"), bitCount: 16 }, { lower: 16, upper: 16 }),
    "b80000",
    "b80000",
  ],
  [
    "BIT STRING (SIZE(36)), BOOLEAN",
    (w) => {
      writeBitString(w, { octets: hex("0000007010"), bitCount: 36 }, { lower: 36, upper: 36 });
      w.putBits(1, 1);
    },
    "800000007018",
    "800000380c",
  ],
  [
    "BIT STRING (SIZE(22..32)) of 24",
    (w) => writeBitString(w, { octets: hex("000102"), bitCount: 24 }, { lower: 22, upper: 32 }),
    "90000102",
    "90000810",
  ],
  [
    "BIT STRING (SIZE(1..160, ...)) of 32",
    (w) =>
      writeBitString(
        w,
        { octets: hex("c0000201"), bitCount: 32 },
        { lower: 1, upper: 160, extensible: true },
      ),
    "87c0c0000201",
    "87f000008040",
  ],
  [
    "OBJECT IDENTIFIER 1.3.6.1.4.1.32473.1.1",
    (w) => writeObjectIdentifier(w, [1, 3, 6, 1, 4, 1, 32473, 1, 1]),
    "800a2b0601040181fd590101",
    "851583008200c0feac808080",
  ],
  ["OBJECT IDENTIFIER 2.999.3", (w) => writeObjectIdentifier(w, [2, 999, 3]), "8003883703", "81c41b8180"],
  [
    "SEQUENCE (SIZE(1..16)) OF INTEGER (0..7)",
    (w) =>
      writeSequenceOf(w, [1, 2, 3], { lower: 1, upper: 16 }, (each, v) => writeConstrained(each, v, 0, 7)),
    "914c",
    "914c",
  ],
];

test.each(vectors)("encodes %s as another implementation does", (_, write, per, uper) => {
  expect({ per: afterTrue("aligned", write), uper: afterTrue("unaligned", write) }).toEqual({ per, uper });
});

test("reads the frame and the gNB id of an NG SETUP REQUEST that another project's gNB sent", () => {
  // NGAP has the frame of XnAP. Bytes published as a Wireshark dump of UERANSIM's gNB 0x000102 of PLMN 208/93.
  const { outcome, procedure, message } = readPdu(
    createBitReader(
      hex(
        "00150035000004001b00080002f83910000102005240090300667265653567630066001000000000010002f839000010080102030015400140",
      ),
      "aligned",
    ),
  );
  const ies = readProtocolIes(message);
  expect({ outcome, procedure }).toEqual({ outcome: 0, procedure: 21 });
  expect(ies.map(({ id, criticality }) => [id, criticality])).toEqual([
    [27, 0],
    [82, 1],
    [102, 0],
    [21, 1],
  ]);
  expect(readNodeId(createBitReader(ies[0].octets, "aligned"))).toBe(0x000102);
});

function afterTrue(variant: PerVariant, write: (w: BitWriter) => void): string {
  const w = createBitWriter(variant);
  w.putBits(1, 1);
  write(w);
  return Buffer.from(w.finish()).toString("hex");
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
