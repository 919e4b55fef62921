import assert from 'node:assert/strict';
import {
  contrast,
  heatScale,
  signedPlace,
  signedScale,
  MOST_SURPRISAL,
  placeOf,
  READABLE,
  readableOn,
  stepOf,
  STEPS,
  surprisalPlace,
  viridis,
  type Rgb,
} from '../../../src/shared/color';

/** Editor backgrounds and foregrounds of VS Code's own themes. */
const THEMES: [string, Rgb, Rgb, boolean][] = [
  ['Dark Modern', [31, 31, 31], [204, 204, 204], true],
  ['Light Modern', [255, 255, 255], [59, 59, 59], false],
  ['High Contrast', [0, 0, 0], [255, 255, 255], true],
  ['High Contrast Light', [255, 255, 255], [41, 41, 41], false],
  ['Solarized Light', [253, 246, 227], [101, 123, 131], false],
];

describe('the colours of weights', () => {
  for (const [name, background, foreground, dark] of THEMES) {
    it(`text can be read on every colour in ${name}`, () => {
      for (const color of heatScale(background, dark).colors) {
        const text = readableOn(color, foreground);
        assert.ok(contrast(text, color) >= READABLE, `${color.join()} under ${text.join()}`);
      }
    });

    it(`a larger weight never looks closer to the background in ${name}`, () => {
      const away = heatScale(background, dark).colors.map((color) => contrast(color, background));
      // The lowest colours of viridis are about as dark as a dark background; from a tenth on the order is strict.
      for (let step = Math.ceil(STEPS / 10) + 8; step < STEPS; step += 8)
        assert.ok(away[step] >= away[step - 8], `${step}`);
    });
  }

  it('nothing has the background’s own colour', () => {
    assert.deepEqual(heatScale([31, 31, 31], true).colors[0], [31, 31, 31]);
  });

  it('places on the scale: a quarter of the largest weight is in the middle', () => {
    assert.equal(placeOf(0, 0.8), 0);
    assert.equal(placeOf(0.2, 0.8), 0.5);
    assert.equal(placeOf(0.8, 0.8), 1);
    assert.equal(placeOf(0.9, 0.8), 1);
    assert.equal(placeOf(0.5, 0), 0);
    assert.equal(stepOf(1), STEPS - 1);
  });

  it('surprisal has one even scale, in bits, for any text', () => {
    assert.deepEqual([NaN, -0, MOST_SURPRISAL / 4, MOST_SURPRISAL, 30].map(surprisalPlace), [0, 0, 0.25, 1, 1]);
  });

  it('viridis has the published ends', () => {
    assert.deepEqual(viridis(0), [0x44, 0x01, 0x54]);
    assert.deepEqual(viridis(1), [0xfd, 0xe7, 0x25]);
  });
});

describe('colours of values with a sign', () => {
  it('are the background at 0 and run away from it both ways, each in a colour of its own', () => {
    for (const [background, dark] of [[[31, 31, 31], true] as const, [[255, 255, 255], false] as const]) {
      const { colors, zero } = signedScale(background, dark);
      assert.deepEqual(colors[stepOf(signedPlace(0, 2))], background);
      assert.equal(stepOf(signedPlace(0, 2)), zero);
      const [least, most] = [-2, 2].map((value) => colors[stepOf(signedPlace(value, 2))]);
      assert.deepEqual([least, most], [colors[0], colors[STEPS - 1]]);
      assert.ok(least[2] > least[0] && most[0] > most[2], 'blue below, red above');
      for (const end of [least, most]) assert.ok(contrast(end, background) >= 3);
    }
  });
});
