import type { PanelToken } from '../../src/protocol/explanation';

/** On lines 7 and 8: "a\nbc". */
export const shortRun = {
  subject: { title: 'a.ts', firstLine: 7, lastLine: 8, origin: 'selection' as const, text: 'a\nbc', tabSize: 4 },
  tokens: [
    ['<bos>', 0, 0],
    ['a', 0, 1],
    ['b', 2, 3],
    ['c', 3, 4],
  ].map(([label, start, end], id) => ({ id, label, start, end, charStart: start, charEnd: end }) as PanelToken),
};
