// How messages look in memory. The generator of src/gen and the codec at run time both take it from here: with other
// options the same bytes arrive in other shapes, and no type would notice.

/**
 * 64-bit numbers as numbers (sizes and times stay below 2^53), enums as words, bytes as Buffer, every field present
 * (0, '', [], null for an absent message), the name of the set member under the name of a oneof.
 */
export const CODEC_OPTIONS = {
  keepCase: false,
  longs: Number,
  enums: String,
  bytes: Buffer,
  defaults: true,
  arrays: true,
  oneofs: true,
} as const
