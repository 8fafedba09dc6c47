/** The Castagnoli variant that the library has beside its main module, and no types for. */
declare module "crc-32/crc32c.js" {
  const crc32c: { readonly buf: (octets: Uint8Array, seed?: number) => number };
  export default crc32c;
}
