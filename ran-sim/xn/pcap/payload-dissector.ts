import { payloadHeaderBytes, payloadHeaderFields, precisions } from "#core";

/** A dissector of the payload for Wireshark and tshark, in Lua: its fields by name, from the layout that core encodes by. */

/** By type: how Wireshark shows it, how many octets it has and how Lua reads it, little-endian. */
const types = {
  u8: { field: "uint8", octets: 1 },
  u16: { field: "uint16", octets: 2 },
  u32: { field: "uint32", octets: 4 },
  f32: { field: "float", octets: 4 },
} as const;

/**
 * Returns the script. It looks through each frame for a payload: the magic, a known version and precision, and as many octets of values as
 * the header says. What is a payload by chance but not by its checksum cannot be told from one that was damaged: both are shown.
 */
export function payloadDissector(): string {
  const fields = payloadHeaderFields.map(
    ({ name, type, about, hex = false }) =>
      `f.${name} = ProtoField.${types[type].field}("baton.${name}", ${JSON.stringify(about)}${type === "f32" ? "" : `, base.${hex ? "HEX" : "DEC"}`}${name === "precision" ? ", PRECISIONS" : ""})`,
  );
  const adds = payloadHeaderFields.map(
    ({ name, type, at }) => `  tree:add_le(f.${name}, tvb(at + ${at}, ${types[type].octets}))`,
  );
  const at = (name: string): number => payloadHeaderFields.find((field) => field.name === name)?.at ?? 0;
  return `-- The payload of Baton in a capture of XnAP, field by field. Written by: baton ran run --pcap
-- Use: tshark -X lua_script:THIS_FILE -r CAPTURE -V, or put it into Wireshark's folder of personal Lua plugins.
local baton = Proto("baton", "Baton payload")
local PRECISIONS = { ${precisions.map((name, code) => `[${code}] = "${name}"`).join(", ")} }
local OCTETS = { [0] = 4, [1] = 2, [2] = 1 }
local HEADER = ${payloadHeaderBytes}
local f = baton.fields
${fields.join("\n")}
f.values = ProtoField.bytes("baton.values", "Values")

local function is_payload(tvb, at)
  if at + HEADER > tvb:len() then return false end
  if tvb(at, 2):le_uint() ~= 0x5442 or tvb(at + ${at("version")}, 1):uint() ~= 1 then return false end
  local octets = OCTETS[tvb(at + ${at("precision")}, 1):uint()]
  if octets == nil then return false end
  local count = tvb(at + ${at("dimension")}, 4):le_uint()
  return count > 0 and at + HEADER + count * octets <= tvb:len()
end

local function show(tvb, at, root)
  local octets = OCTETS[tvb(at + ${at("precision")}, 1):uint()] * tvb(at + ${at("dimension")}, 4):le_uint()
  local tree = root:add(baton, tvb(at, HEADER + octets))
${adds.join("\n")}
  tree:add(f.values, tvb(at + HEADER, octets))
  return at + HEADER + octets
end

function baton.dissector(tvb, pinfo, root)
  local at = 0
  while at + HEADER <= tvb:len() do
    if is_payload(tvb, at) then at = show(tvb, at, root) else at = at + 1 end
  end
end

register_postdissector(baton)
`;
}
