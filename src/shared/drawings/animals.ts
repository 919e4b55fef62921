/** A cat has pointed ears and whiskers; a dog has hanging ears and a snout. Much of the rest they share. */
import type { Chance } from './chance';
import { arc, curve, mirrored, moved, type Point, type Stroke } from './strokes';

/** The head alone. */
export function cat({ between, yes }: Chance): Stroke[] {
  const [rx, ry] = [between(0.75, 0.95), between(0.62, 0.85)];
  const [tip, lean] = [-ry - between(0.25, 0.5), between(0.5, 0.85)];
  const on = (x: number): Point => [x * rx, -ry * Math.sqrt(1 - x * x)];
  const ear: Stroke[] = [[on(0.25 + between(0, 0.15)), [lean * rx, tip], on(between(0.85, 0.95))]];
  const whisker: Stroke[] = [];
  const whiskers = Math.round(between(2, 3.4));
  const [start, length, spread] = [between(0.2, 0.45), between(0.5, 0.8), between(0.1, 0.25)];
  for (let at = 0; at < whiskers; at++) {
    const slope = (at - (whiskers - 1) / 2) * spread;
    whisker.push([[start, 0.25 + slope * 0.5], [start + length, 0.25 + slope * 1.8]]); // prettier-ignore
  }
  const [eyeX, eyeY, eye] = [rx * between(0.32, 0.48), -ry * between(0.1, 0.3), between(0.05, 0.14)];
  const slit = yes(0.3);
  const half = [
    ...ear,
    ...(yes(0.9) ? whisker : []),
    arc([eyeX, eyeY], slit ? eye * 0.5 : eye, slit ? eye * 1.4 : eye),
  ];
  const nose: Stroke[] = yes(0.7) ? [[[-0.09, 0.1], [0.09, 0.1], [0, 0.22], [-0.09, 0.1]]] : [arc([0, 0.14], 0.05, 0.05)]; // prettier-ignore
  const mouth: Stroke[] = yes(0.75)
    ? [curve([-0.25, 0.32], [-0.13, 0.42], [0, 0.24], [0.13, 0.42], [0.25, 0.32])]
    : [curve([-0.2, 0.36], [0, 0.46], [0.2, 0.36])];
  return [arc([0, 0], rx, ry, -0.25, 0.75), ...half, ...mirrored(half), ...nose, ...mouth];
}

/** The head alone. */
export function dog({ between, yes }: Chance): Stroke[] {
  const [rx, ry] = [between(0.55, 0.72), between(0.7, 0.9)];
  const [out, down] = [rx + between(0.2, 0.4), between(0, 0.5)];
  const ear: Stroke[] = [
    curve(
      [rx * 0.55, -ry * 0.8],
      [out * 0.9, -ry * 0.75],
      [out, down * 0.5],
      [out * 0.85, down],
      [rx * 0.85, -ry * 0.2],
    ),
  ];
  const [eyeX, eyeY, eye] = [rx * between(0.32, 0.48), -ry * between(0.2, 0.35), between(0.05, 0.12)];
  const half = [...ear, arc([eyeX, eyeY], eye, eye)];
  const snout = yes(0.7) ? [arc([0, ry * 0.4], rx * between(0.45, 0.6), ry * between(0.28, 0.4))] : [];
  const nose = [arc([0, ry * 0.22], 0.12, 0.08), arc([0, ry * 0.22], 0.05, 0.03)];
  const mouth: Stroke[] = [[[0, ry * 0.3], [0, ry * 0.5]], curve([-0.2, ry * 0.45], [0, ry * 0.58], [0.2, ry * 0.45])]; // prettier-ignore
  const tongue = yes(0.4) ? [arc([0.02, ry * 0.6], 0.1, 0.18, 0, 0.5)] : [];
  return [arc([0, 0], rx, ry, -0.25, 0.75), ...half, ...mirrored(half), ...snout, ...nose, ...mouth, ...tongue];
}

/** The whole animal from the side: the head, a body, legs and a tail. */
export function animalBody(head: readonly Stroke[], { between, yes }: Chance): Stroke[] {
  const [length, height] = [between(0.6, 0.8), between(0.28, 0.38)];
  const [x, y, ground] = [0.2, 0.3, between(0.85, 1)];
  const strokes = moved(head, [-0.65, -0.3], between(0.42, 0.52));
  strokes.push(arc([x, y], length, height));
  for (const leg of [-0.7, -0.45, 0.45, 0.7])
    strokes.push([[x + leg * length, y + height * 0.7], [x + leg * length, ground]]); // prettier-ignore
  const [end, rise] = [x + length, between(0.4, 0.9)];
  strokes.push(curve([end, y], [end + 0.2, y - rise * 0.5], [end + between(0, 0.3), y - rise]));
  return yes(0.5) ? strokes : mirrored(strokes);
}
