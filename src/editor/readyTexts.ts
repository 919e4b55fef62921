/** The ready texts themselves, without what there is to notice in them. */

export const REPETITION = `The violet otter paints a silent clock beside the river.
A small lamp burns behind the door.
The violet otter paints a silent clock beside the river.
A small lamp burns behind the window.
`;

export const BRACKETS = `function area(shape) {
  const sides = [shape.left, shape.right, (shape.top + shape.bottom) / 2];
  const inner = Math.max(0, Math.min(sides[0], sides[1]) * (sides[2] - (shape.inset || 0)));
  return inner;
}
console.log(area({ left: 3, right: 4, top: 1, bottom: 5 }));
`;

export const DEFINITION = `def shopping_total(prices, discount):
    subtotal = sum(prices)
    reduction = subtotal * discount
    if reduction > 10:
        reduction = 10
    return subtotal - reduction


basket = [4, 7, 12]
print(shopping_total(basket, 0.2))
`;

export const WRONG_NAME = `def set_width(box, width):
    box.width = width
    return box


def set_height(box, height):
    box.height = height
    return box


def set_depth(box, depth):
    box.depth = height
    return box
`;

export const SUMS = `3 + 4 = 7
5 + 2 = 7
6 + 3 = 9
8 + 1 = 9
4 + 4 = 8
2 + 7 = 9
`;

export const KITTEN = `小猫在钓鱼。一只蜻蜓飞来了，小猫去捉蜻蜓。
蜻蜓飞走了，小猫空着手回来。
一只蝴蝶飞来了，小猫去捉蝴蝶。
蝴蝶飞走了，小猫空着手回来。
`;

export const KITE = `Anna gave Tom a ball, and Tom gave Anna a kite. Anna lost the ball, so Tom looked for the ball, and then Anna looked for the kite.
`;

/** A name that no training text has, said again and again: only looking back tells how it goes on. */
export const MADE_UP_NAME = 'quorvelmist';

/** Tokens that the oldest of the bundled model's ages has been trained on, which is the first to explain this text. */
export const OLDEST = 9_584_640;

export const AGES = `${MADE_UP_NAME} = open("a.txt")
for line in ${MADE_UP_NAME}:
    keep(line, ${MADE_UP_NAME})
${MADE_UP_NAME}.close()
`;
