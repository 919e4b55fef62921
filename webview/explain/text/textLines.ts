/** The elements of the tokens: blocks of lines, lines with their numbers, a span for each part of a cell. */
import type { PanelToken } from '../../../src/protocol/explanation';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { NO_CELL, type Piece, type Segment, type TextLayout } from './textCells';

/** Blocks out of sight are not laid out by the browser (content-visibility); each has about this many tokens. */
const BLOCK_SEGMENTS = 300;

export interface DrawnLines {
  blocks: HTMLElement[];
  spans: HTMLElement[][]; // [cells][segments]
}

export function drawLines(layout: TextLayout, tokens: readonly PanelToken[], firstLine: number): DrawnLines {
  const spans: HTMLElement[][] = layout.cells.map(() => []);
  const blocks: HTMLElement[] = [];
  let block: HTMLElement | undefined;
  let inBlock = 0;
  // The last line of a text that ends with a line break holds nothing.
  const lines = layout.lines.at(-1)?.length === 0 ? layout.lines.slice(0, -1) : layout.lines;
  lines.forEach((segments, index) => {
    if (!block || inBlock > BLOCK_SEGMENTS) {
      blocks.push((block = h('div', { class: 'block', role: 'presentation' })));
      inBlock = 0;
    }
    inBlock += segments.length + 1;
    const line = h('div', { class: 'line', role: 'presentation', 'data-line': firstLine + index });
    for (const segment of segments) {
      const span = drawSegment(segment, layout, tokens, spans[segment.cell]?.length === 0);
      if (segment.cell !== NO_CELL) spans[segment.cell].push(span);
      line.append(span);
    }
    block.append(line);
  });
  return { blocks, spans };
}

function drawSegment(
  { cell, pieces }: Segment,
  layout: TextLayout,
  tokens: readonly PanelToken[],
  first: boolean,
): HTMLElement {
  if (cell === NO_CELL) return h('span', { class: 'no-token', 'aria-hidden': 'true' }, ...pieces.map(drawPiece));
  const { tokens: own, added } = layout.cells[cell];
  const token = own.at(-1)!;
  // A cell over several lines is one option; its later parts are only seen.
  const role = first
    ? { role: 'option', 'aria-selected': 'false', 'aria-label': own.map((one) => tokens[one].label).join(' ') }
    : { 'aria-hidden': 'true' };
  const isBlank = pieces.every(({ text, mark }) => text.trim() === '' && /^[·→⏎]*$/.test(mark));
  const kind = added ? 'token added' : isBlank ? 'token white' : 'token';
  return h(
    'span',
    {
      class: kind,
      title: added ? t('Put before every text by the model; stands for no characters.') : undefined,
      'data-cell': cell,
      'data-token': token,
      ...role,
    },
    ...pieces.map(drawPiece),
  );
}

/** Marks are drawn by the style sheet, so that copied text is the text. */
export function drawPiece({ text, mark }: Piece): Node | string {
  if (mark === '') return text;
  return h('span', { class: text === '' ? 'sign' : 'blank', 'data-mark': mark }, text);
}
