/** What the drawings are of: five kinds, each drawn in several ways. Chance decides proportions and details. */
import { animalBody, cat, dog } from './animals';
import type { Chance } from './chance';
import { arc, box, curve, type Stroke } from './strokes';

export const KINDS = ['cat', 'dog', 'face', 'train', 'house'] as const;
export type Kind = (typeof KINDS)[number];

export function strokesOf(kind: Kind, chance: Chance): Stroke[] {
  switch (kind) {
    case 'cat':
      return chance.yes(0.25) ? animalBody(cat(chance), chance) : cat(chance);
    case 'dog':
      return chance.yes(0.25) ? animalBody(dog(chance), chance) : dog(chance);
    case 'face':
      return face(chance);
    case 'train':
      return train(chance);
    case 'house':
      return house(chance);
  }
}

function face({ between, yes }: Chance): Stroke[] {
  const [rx, ry] = [between(0.65, 0.85), between(0.8, 1)];
  const [eyeX, eyeY, eye] = [rx * between(0.35, 0.5), -ry * between(0.15, 0.35), between(0.05, 0.13)];
  const [mouth, smile] = [rx * between(0.35, 0.6), between(-0.1, 0.3)];
  const strokes = [
    arc([0, 0], rx, ry),
    ...[-1, 1].map((side) => arc([side * eyeX, eyeY], eye, eye)),
    curve([-mouth, ry * 0.45], [0, ry * 0.45 + smile], [mouth, ry * 0.45]),
  ];
  if (yes(0.6)) strokes.push([[0, eyeY + 0.1], [between(-0.12, 0.12), ry * 0.2], [0.02, ry * 0.22]]); // prettier-ignore
  if (yes(0.4)) for (const side of [-1, 1]) strokes.push(arc([side * rx, 0], 0.12, 0.2, side > 0 ? -0.25 : 0.25, side > 0 ? 0.25 : 0.75)); // prettier-ignore
  if (yes(0.5)) {
    const hairs = Math.round(between(3, 7));
    for (let hair = 0; hair < hairs; hair++) {
      const x = rx * 0.8 * ((2 * (hair + 0.5)) / hairs - 1);
      const top = -ry * Math.sqrt(1 - (x / rx) ** 2);
      strokes.push([[x, top], [x * 1.1 + between(-0.1, 0.1), top - between(0.1, 0.3)]]); // prettier-ignore
    }
  }
  if (yes(0.2)) strokes.push([[-eyeX, eyeY - eye - 0.12], [-eyeX / 2, eyeY - eye - 0.1]], [[eyeX / 2, eyeY - eye - 0.1], [eyeX, eyeY - eye - 0.12]]); // prettier-ignore
  return strokes;
}

function house({ between, yes }: Chance): Stroke[] {
  const [wall, eaves] = [between(0.6, 0.9), between(-0.3, 0.05)];
  const over = between(0, 0.2);
  const peak = between(-1.1, -0.8);
  const strokes: Stroke[] = [
    box(-wall, eaves, wall, 0.9),
    [
      [-wall - over, eaves],
      [between(-0.15, 0.15), peak],
      [wall + over, eaves],
    ],
  ];
  const doorX = between(-0.4, 0.3);
  const doorTop = between(0.25, 0.45);
  strokes.push([[doorX, 0.9], [doorX, doorTop], [doorX + 0.3, doorTop], [doorX + 0.3, 0.9]]); // prettier-ignore
  for (const side of [-1, 1]) {
    if (!yes(0.65)) continue;
    const [x, y, size] = [side * wall * 0.6, eaves + between(0.2, 0.35), between(0.1, 0.17)];
    strokes.push(box(x - size, y - size, x + size, y + size));
    if (yes(0.4)) strokes.push([[x, y - size], [x, y + size]], [[x - size, y], [x + size, y]]); // prettier-ignore
  }
  if (yes(0.5)) {
    const x = wall * between(0.35, 0.6);
    const base = eaves + (peak - eaves) * (1 - x / wall);
    strokes.push([[x, base], [x, base - 0.4], [x + 0.2, base - 0.4], [x + 0.2, base + 0.15]]); // prettier-ignore
    if (yes(0.4)) strokes.push(curve([x + 0.1, base - 0.5], [x + 0.25, base - 0.65], [x + 0.1, base - 0.8]));
  }
  return strokes;
}

function train({ between, yes }: Chance): Stroke[] {
  const [top, floor] = [between(-0.25, -0.05), between(0.35, 0.45)];
  const wheel = between(0.13, 0.22);
  const cab = between(0.2, 0.45);
  const nose = yes(0.5) ? 1 : between(0.8, 0.95);
  const wagons = yes(0.55) ? 1 : 0;
  const back = wagons > 0 ? between(-0.2, 0) : -0.95;
  const cabTop = top - between(0.2, 0.45);
  const strokes = [
    box(back, cabTop, back + cab, floor),
    box(back + cab, top, nose, floor),
    box(back + cab * 0.25, cabTop + 0.1, back + cab * 0.75, cabTop + 0.3),
  ];
  const chimney = nose - between(0.15, 0.3);
  strokes.push([[chimney, top], [chimney - 0.03, top - 0.3], [chimney + 0.15, top - 0.3], [chimney + 0.12, top]]); // prettier-ignore
  if (yes(0.5)) {
    const puffs = Math.round(between(1, 3));
    for (let puff = 0; puff < puffs; puff++)
      strokes.push(arc([chimney - 0.05 - 0.25 * puff, top - 0.5 - 0.12 * puff], 0.12, 0.1));
  }
  const wheels = (left: number, right: number, count: number): void => {
    for (let at = 0; at < count; at++) {
      const x = left + ((at + 0.5) / count) * (right - left);
      strokes.push(arc([x, floor + wheel * 0.8], wheel, wheel));
    }
  };
  wheels(back, nose, Math.round(between(2, 3.4)));
  if (wagons > 0) {
    const [from, to] = [-1.05, back - between(0.08, 0.15)];
    strokes.push(box(from, top, to, floor), [[to, floor - 0.08], [back, floor - 0.08]]); // prettier-ignore
    if (yes(0.6)) strokes.push(box(from + 0.15, top + 0.1, (from + to) / 2 + 0.1, top + 0.3));
    wheels(from, to, 2);
  }
  if (yes(0.35)) strokes.push([[-1.1, floor + 1.9 * wheel], [1.1, floor + 1.9 * wheel]]); // prettier-ignore
  return yes(0.5) ? strokes : strokes.map((stroke) => stroke.map(([x, y]) => [-x, y] as const));
}
