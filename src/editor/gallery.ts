/** The ready texts: what each shows, and three things to notice in it. What is said of numbers is computed by a test. */
import * as vscode from 'vscode';
import { AGES, BRACKETS, DEFINITION, KITE, KITTEN, OLDEST, REPETITION, SUMS, WRONG_NAME } from './readyTexts';

export const GALLERY_SCHEME = 'attention-explainer-ready';

export interface ReadyText {
  file: string;
  title: string;
  text: string;
  notice: readonly [string, string, string];
  /** About one model at several ages: the one at which it is explained first, in tokens. */
  age?: number;
}

/** Undefined for any other document. */
export function galleryText(uri: vscode.Uri): ReadyText | undefined {
  if (uri.scheme !== GALLERY_SCHEME) return undefined;
  return galleryTexts().find(({ file }) => uri.path === `/${file}`);
}

export function galleryTexts(): ReadyText[] {
  const { t } = vscode.l10n;
  return [
    {
      file: 'repetition.txt',
      title: t('A repetition: induction'),
      text: REPETITION,
      notice: [
        t('“Predictions”: line 3 says again what line 1 says, and costs about a third of its bits.'),
        t(
          '“Roles”: the strongest head of “continues repetitions” looks from a word in line 3 or 4 at what followed it two lines before.',
        ),
        t('The last word breaks the repetition. Click it under “Predictions”: what was expected there?'),
      ],
    },
    {
      file: 'ages.py',
      title: t('One text at four ages: a head forms'),
      text: AGES,
      age: OLDEST,
      notice: [
        t(
          'Click “L3H3 continues repetitions” below: from “vel” in line 2 this head looks at “m” in line 1, which came next there.',
        ),
        t(
          '“Age”, above: by the same model when it had read less. At 1.3M the head hardly looks there; from 3.2M on it does, and from 3.8M on it helps: in “Predictions”, “m” in line 2 costs about 9, 7, 2 and 0.3 bits.',
        ),
        t(
          'At 9.6M cut the head (x, “cut it at every token”, which is L3H3 = zero): the same “m” costs about 12 bits. Repetition fails.',
        ),
      ],
    },
    {
      file: 'brackets.js',
      title: t('Brackets within brackets'),
      text: BRACKETS,
      notice: [
        t(
          'The sentence below: two items of line 2 begin with “shape”, the third was expected to, and a bracket opens.',
        ),
        t('“Roles”, “matches brackets”: does any head pass its threshold? The dotted tick is what luck would give.'),
        t('Click the last “)” of line 3 and open “One token”: do the arcs reach the bracket that it closes?'),
      ],
    },
    {
      file: 'definition.py',
      title: t('Where a name is defined, and where it is used'),
      text: DEFINITION,
      notice: [
        t('In line 6 the model expects “reduction” and looks back at line 3, which defines it; “subtotal” comes.'),
        t('Click “subtotal” in line 6: “One token” shows which earlier places were read for it.'),
        t('“Roles”: with a Python extension installed, “finds the definition” is scored, too.'),
      ],
    },
    {
      file: 'wrong-name.py',
      title: t('A bug: one wrong name'),
      text: WRONG_NAME,
      notice: [
        t('Line 12 sets the depth to “height”. Nothing else is wrong.'),
        t('“Predictions”: point at “height” in line 12 and at “height” in line 7. Was the wrong name more surprising?'),
        t('Try it: open the pen, write “depth” in line 12, and watch the colours change.'),
      ],
    },
    {
      file: 'sums.txt',
      title: t('Sums: what can be known, and what not'),
      text: SUMS,
      notice: [
        t('From line 2 on the results cost next to nothing: the bundled model has learnt to add such numbers.'),
        t('What costs bits is what nobody could know: which numbers come.'),
        t('Try it: open the pen and write a wrong result. How many bits does it cost?'),
      ],
    },
    {
      file: 'kitten.md',
      title: t('Chinese: characters, bytes and a story'),
      text: KITTEN,
      notice: [
        t('Rare characters are several tokens: their bytes. Point at 蜻 or 蜓 to see which.'),
        t('In line 2 the model expects 飞来, as in the line before, and 飞走 comes.'),
        t('“Predictions”: lines 2 and 4 end alike. The second time costs a little less.'),
      ],
    },
    {
      file: 'kite.txt',
      title: t('A sentence for class'),
      text: KITE,
      notice: [
        t('In the second sentence the model expects “gave”, which came twice before, and “lost” comes.'),
        t('Click “kite” at the end: which earlier words does each head look at?'),
        t('Who is meant is never said to the model. “Overall”, by words: how much weight do “Anna” and “Tom” have?'),
      ],
    },
  ];
}
