/** How a token's label is made readable: white space gets signs, as editors draw it. */

const BYTES: Readonly<Record<string, string>> = { '<0x0A>': '⏎', '<0x0D>': '\\r', '<0x09>': '→', '<0x20>': '·' };

/** Labels that are readable already stay as they are. */
export function readableLabel(label: string): string {
  return label
    .replace(/<0x(?:0A|0D|09|20)>/g, (byte) => BYTES[byte])
    .replace(/\r\n|\n|\r/g, '⏎')
    .replace(/\t/g, '→')
    .replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}
