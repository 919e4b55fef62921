/** One text at every age of the sibling, each token over a bar as high as it was unexpected: training/ages.svg. */
import { writeFileSync } from 'node:fs';
import { AGES as TEXT, MADE_UP_NAME as NAME } from '../../src/editor/readyTexts';
import { forward } from '../../src/engine/model/forward';
import type { LoadedModel } from '../../src/engine/model/load';
import { logProbabilities } from '../../src/engine/model/logits';
import { Trace } from '../../src/engine/trace/trace';
import type { Edit } from '../../src/protocol/edit';

const FILE = 'training/ages.svg';
/** Bits of the highest bar, as the panel's deepest colour; its height. */
const [MOST, BAR] = [10, 9];
const [LEFT, WIDTH, CHARACTER, LINE] = [12, 740, 9.6, 36];

export interface PictureRow {
  label: string;
  tokens: { text: string; bits: number }[];
}

/** Of the text under these edits. */
export async function pictureRow(label: string, model: LoadedModel, edits: readonly Edit[] = []): Promise<PictureRow> {
  const all = model.tokenizer.encode(TEXT, { bos: true });
  const trace = new Trace(model.config, model.kernel, all.length, { edits });
  try {
    const ids = all.map(({ id }) => id);
    await forward(model, trace, ids);
    const logprobs = await logProbabilities(model, trace);
    const tokens = ids
      .slice(1)
      .map((id, i) => ({ text: model.tokenizer.decode([id]), bits: -logprobs[i + 1] / Math.LN2 }));
    return { label, tokens };
  } finally {
    trace.release();
  }
}

/** Mean bits a token of the name where it stands for the second time and later: those after its first token, which is a choice. */
export function bitsOfName({ tokens }: PictureRow): number {
  const text = tokens.map((token) => token.text).join('');
  const bits: number[] = [];
  let at = 0;
  for (const { text: own, bits: each } of tokens) {
    const begin = text.lastIndexOf(NAME, at);
    const isInside = begin > 0 && at > begin && at < begin + NAME.length;
    if (isInside) bits.push(each);
    at += own.length;
  }
  return bits.reduce((sum, each) => sum + each, 0) / bits.length;
}

export function writePicture(rows: readonly PictureRow[]): void {
  let y = 26;
  const parts: string[] = [];
  for (const row of rows) {
    const bits = bitsOfName(row).toFixed(1);
    parts.push(`<text x="${LEFT}" y="${y}" font-weight="bold">${escaped(row.label)}</text>`);
    parts.push(
      `<text x="${WIDTH - LEFT}" y="${y}" text-anchor="end">${bits} bits a token of the name, said again</text>`,
    );
    y += 30;
    let x = LEFT;
    for (const { text, bits: each } of row.tokens) {
      const [first, ...more] = text.split('\n');
      const shown = more.length > 0 ? `${first}⏎` : first;
      const width = shown.length * CHARACTER;
      const height = BAR * Math.min(1, each / MOST);
      const box = `x="${x.toFixed(1)}" width="${(width - 1.5).toFixed(1)}"`;
      parts.push(
        `<rect ${box} y="${y - 14}" height="19" fill="#d9480f" fill-opacity="${(0.02 * height).toFixed(3)}"/>`,
        `<rect ${box} y="${y + 6}" height="${height.toFixed(1)}" fill="#d9480f"/>`,
        `<text x="${x.toFixed(1)}" y="${y}" font-family="monospace" textLength="${(width - 1.5).toFixed(1)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(shown)}</text>`,
      );
      x += width;
      for (const rest of more) {
        y += LINE;
        x = LEFT + rest.length * CHARACTER;
      }
    }
    y += 16;
  }
  writeFileSync(
    FILE,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="14" fill="#7d7d7d">
${parts.join('\n')}
</svg>
`,
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
