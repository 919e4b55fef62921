import assert from 'node:assert/strict';
import type { PanelToken } from '../../../../../src/protocol/explanation';
import { labelled, readableLabel } from '../../../../../src/shared/tokenLabel';
import { layoutTokens, neighbour, NO_CELL, type TextLayout } from '../../../../../webview/explain/text/textCells';

/** Tokens that follow each other with these UTF-16 lengths; a pair is a range. */
function tokens(...spans: (number | [number, number])[]): PanelToken[] {
  let at = 0;
  return spans.map((span, id) => {
    const [charStart, charEnd] = typeof span === 'number' ? [at, at + span] : span;
    at = charEnd;
    return { id, start: charStart, end: charEnd, charStart, charEnd, label: `t${id}` };
  });
}

/** Each line as its pieces: text as it is, marks in braces, cells separated by bars. */
function drawn({ lines }: TextLayout): string[] {
  return lines.map((segments) =>
    segments.map(({ pieces }) => pieces.map(({ text, mark }) => (mark === '' ? text : `{${mark}}`)).join('')).join('|'),
  );
}

describe('tokens laid out in the document’s lines', () => {
  it('tokens that share a character are one cell', () => {
    // Three tokens hold the bytes of one emoji.
    const layout = layoutTokens('a😀b', tokens(1, [1, 3], [1, 3], [1, 3], 1), 4);
    assert.deepEqual(
      layout.cells.map((cell) => cell.tokens),
      [[0], [1, 2, 3], [4]],
    );
    assert.deepEqual([...layout.cellOf], [0, 1, 1, 1, 2]);
    assert.deepEqual(drawn(layout), ['a|😀|b']);
  });

  it('cells that overlap in a chain are one', () => {
    const layout = layoutTokens('a中b', tokens([0, 2], [1, 3]), 4);
    assert.deepEqual(
      layout.cells.map(({ start, end }) => [start, end]),
      [[0, 3]],
    );
  });

  it('a token over a line break has a part in each line', () => {
    const layout = layoutTokens('a;\n  b', tokens(1, 4, 1), 4);
    assert.deepEqual(drawn(layout), ['a|;{⏎}', '  |b']);
    assert.equal(layout.lines[1][0].cell, 1);
  });

  it('LF, CRLF and lone CR end lines; a CRLF in two tokens ends one', () => {
    assert.deepEqual(drawn(layoutTokens('a\nb\r\nc\rd', tokens(2, 3, 2, 1), 4)), ['a{⏎}', 'b{⏎}', 'c{⏎}', 'd']);
    assert.deepEqual(drawn(layoutTokens('a\r\nb', tokens(1, 1, 1, 1), 4)), ['a|{\\r}|{⏎}', 'b']);
  });

  it('tabs are marked and count to their stops', () => {
    const layout = layoutTokens('\tx\ty', tokens(1, 1, 1, 1), 4);
    assert.deepEqual(drawn(layout), ['{→}|x|{→}|y']);
    assert.deepEqual(
      layout.lines[0].map(({ column }) => column),
      [0, 4, 5, 8],
    );
  });

  it('spaces at the end of a line are marked, others are not', () => {
    assert.deepEqual(drawn(layoutTokens(' a b  \n c ', tokens(5, 2, 3), 4)), [' a b{·}|{·}{⏎}', ' c{·}']);
    assert.deepEqual(drawn(layoutTokens('  \nx', tokens(1, 2, 1), 4)), ['{·}|{·}{⏎}', 'x']);
  });

  it('characters that hide or turn text are named, never used', () => {
    const layout = layoutTokens('a\u202eb\u0000\u200b', tokens(5), 4);
    assert.deepEqual(drawn(layout), ['a{U+202E}b{\\0}{U+200B}']);
    assert.ok(
      layout.lines.flat().every(({ pieces }) => pieces.every(({ text }) => !/[\u202e\u0000\u200b]/.test(text))),
    );
  });

  it('a joiner stays within its emoji, and can be seen where it is alone', () => {
    assert.deepEqual(drawn(layoutTokens('👩‍💻', tokens(5), 4)), ['👩‍💻']);
    assert.deepEqual(drawn(layoutTokens('👩‍💻', tokens(2, 1, 2), 4)), ['👩|{⁀}|💻']);
  });

  it('a token that the model added is drawn with its label, before the text', () => {
    const layout = layoutTokens('ab', tokens([0, 0], 2), 4);
    assert.deepEqual(drawn(layout), ['{t0}|ab']);
    assert.equal(layout.cells[0].added, true);
  });

  it('characters without a token are drawn outside of all cells', () => {
    const layout = layoutTokens('a?b', tokens([0, 1], [2, 3]), 4);
    assert.deepEqual(drawn(layout), ['a|?|b']);
    assert.equal(layout.lines[0][1].cell, NO_CELL);
  });

  it('every character of the text is drawn once, whatever the text', () => {
    const text = 'if (x)\r\n\t return "日本";\n\n<img src=x onerror=alert(1)>\n';
    const spans = Array.from({ length: text.length }, () => 1);
    const layout = layoutTokens(text, tokens(...spans), 4);
    const again = layout.lines.map((line) => line.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join(''));
    assert.equal(again.join('\n'), text.replace(/\r\n/g, '\n'));
  });
});

describe('arrow keys among tokens', () => {
  const layout = layoutTokens('ab cd\n\nef gh', tokens(2, 3, 1, 1, 2, 3), 4);

  it('left and right go through all tokens and stop at the ends', () => {
    assert.equal(neighbour(layout, 0, 'right'), 1);
    assert.equal(neighbour(layout, 0, 'left'), 0);
    assert.equal(neighbour(layout, 5, 'right'), 5);
  });

  it('up and down keep the column', () => {
    assert.equal(neighbour(layout, 5, 'up'), 3);
    assert.equal(neighbour(layout, 1, 'down'), 3);
    assert.equal(neighbour(layout, 3, 'down'), 4);
    assert.equal(neighbour(layout, 4, 'down'), 4);
  });

  it('home and end are those of the line', () => {
    assert.equal(neighbour(layout, 5, 'home'), 4);
    assert.equal(neighbour(layout, 4, 'end'), 5);
  });
});

describe('labels of tokens', () => {
  it('white space is made visible, other text is left alone', () => {
    assert.equal(readableLabel(' return'), '·return');
    assert.equal(readableLabel('}<0x0A>'), '}⏎');
    assert.equal(readableLabel('<0x09>const'), '→const');
    assert.equal(readableLabel('   '), '···');
    assert.equal(readableLabel('·return'), '·return');
    assert.equal(readableLabel('a b'), 'a b');
    assert.equal(readableLabel('<0xE4>'), '<0xE4>');
  });

  it('a token of some bytes is named by its character', () => {
    const label = '<0x00>';
    const at = (start: number, end: number, charStart: number, charEnd: number): Parameters<typeof labelled>[0][0] => ({
      label,
      start,
      end,
      charStart,
      charEnd,
    });
    const text = 'a😀é';
    const tokens = [at(0, 0, 0, 0), at(0, 1, 0, 1), at(1, 2, 1, 3), at(2, 5, 1, 3), at(5, 6, 3, 4), at(6, 7, 3, 4)];
    assert.deepEqual(
      labelled(tokens, text).map((token) => token.label),
      [label, label, '😀[1/4]', '😀[2–4/4]', 'é[1/2]', 'é[2/2]'],
    );
    assert.equal(labelled([at(0, 3, 0, 1)], '\ufe0f')[0].label, label, 'a whole character keeps its label');
    assert.equal(labelled([at(0, 2, 0, 1)], '\ufe0f')[0].label, 'U+FE0F[1–2/3]');
  });
});
