/** How control characters of foreign text are shown: as pictures, so that they steer neither a terminal nor a line's direction. */

/**
 * C0 without tab and line break, DEL, C1, the line and paragraph separators, and what reorders text
 * (https://trojansource.codes, https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
export const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** U+001B → "␛", U+007F → "␡", what has no picture of its own → "<U+202E>". Tabs and line breaks stay. */
export function controlPictures(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(STEERING, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}
