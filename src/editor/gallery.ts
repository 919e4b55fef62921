/** The ready texts: what each shows, and three things to notice in it. What is said of numbers was seen on the bundled model. */
import * as vscode from 'vscode';

export const GALLERY_SCHEME = 'attention-explainer-ready';

export interface ReadyText {
  file: string;
  title: string;
  text: string;
  notice: readonly [string, string, string];
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
          '“Roles”: the strongest head of “continues repetitions” looks from a word in line 3 at what followed it in line 1.',
        ),
        t('The last word breaks the repetition. Click it under “Predictions”: what was expected there?'),
      ],
    },
    {
      file: 'brackets.js',
      title: t('Brackets within brackets'),
      text: BRACKETS,
      notice: [
        t('The sentence below tells of a property that was expected in line 3 because line 2 has named it.'),
        t('“Roles”, “matches brackets”: does any head pass its threshold? The dotted tick is what luck would give.'),
        t('Click the last “)” of line 3 and open “One token”: do the arcs reach the bracket that it closes?'),
      ],
    },
    {
      file: 'definition.py',
      title: t('Where a name is defined, and where it is used'),
      text: DEFINITION,
      notice: [
        t('In line 6 the model expects “reduction”, which line 5 has just named, and “subtotal” comes.'),
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
        t('In line 4 the model is sure of 飞来, as in the line before, and 飞走 comes.'),
        t('“Predictions”: lines 2 and 4 end alike. The second time costs a little less.'),
      ],
    },
    {
      file: 'kite.txt',
      title: t('A sentence for class'),
      text: KITE,
      notice: [
        t('At the end the model expects “ball”, which came three times before, and “kite” comes.'),
        t('Click “kite” at the end: which earlier words does each head look at?'),
        t('Who is meant is never said to the model. “Overall”, by words: how much weight do “Anna” and “Tom” have?'),
      ],
    },
  ];
}

const REPETITION = `The violet otter paints a silent clock beside the river.
A small lamp burns in the harbour.
The violet otter paints a silent clock beside the river.
A small lamp burns in the window.
`;

const BRACKETS = `function area(shape) {
  const sides = [shape.left, shape.right, (shape.top + shape.bottom) / 2];
  return Math.max(0, Math.min(sides[0], sides[1]) * (sides[2] - (shape.inset || 0)));
}
console.log(area({ left: 3, right: 4, top: 1, bottom: 5 }));
`;

const DEFINITION = `def shopping_total(prices, discount):
    subtotal = sum(prices)
    reduction = subtotal * discount
    if reduction > 10:
        reduction = 10
    return subtotal - reduction


basket = [4, 7, 12]
print(shopping_total(basket, 0.2))
`;

const WRONG_NAME = `def set_width(box, width):
    box.width = width
    return box


def set_height(box, height):
    box.height = height
    return box


def set_depth(box, depth):
    box.depth = height
    return box
`;

const SUMS = `3 + 4 = 7
5 + 2 = 7
6 + 3 = 9
8 + 1 = 9
4 + 4 = 8
2 + 7 = 9
`;

const KITTEN = `小猫在河边钓鱼。一只蜻蜓飞来了，小猫去捉蜻蜓。
蜻蜓飞走了，小猫空着手回到河边。
一只蝴蝶飞来了，小猫又去捉蝴蝶。
蝴蝶飞走了，小猫空着手回到河边。
`;

const KITE = `Anna gave Tom a red ball and Tom gave Anna a blue kite. Anna lost the red ball, so Tom looked for the red ball, and Anna looked for the blue kite.
`;
