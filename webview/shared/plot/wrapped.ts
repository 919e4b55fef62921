/** Which lines does a text need where it has so much room? */
import { textWidth } from './ticks';

/** Of plot.css's 12 pixels; of Chinese signs. Rather too wide than too narrow: fonts differ. */
const [LETTER, SIGN] = [7, 12];

/** Breaks at blanks and between Chinese signs, as late as `width` CSS pixels allow; a longer word stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const part of text.match(/[\u2e80-\uffff][，。：；、）”]?|[^\s\u2e80-\uffff]+\s*|\s+/gu) ?? []) {
    const line = lines.at(-1)!;
    if (line !== '' && textWidth((line + part).trimEnd(), LETTER, SIGN) > width) lines.push(part);
    else lines[lines.length - 1] = line + part;
  }
  return lines.map((line) => line.trim());
}
