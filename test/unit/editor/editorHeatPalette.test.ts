import assert from 'node:assert/strict';
import { HEAT_STEPS, heatPalette, OPACITY } from '../../../src/editor/heatPalette';
import { contrast, mix, rgbOf, type Rgb } from '../../../src/shared/color';

/** Editor backgrounds of VS Code's own themes. */
const BACKGROUNDS = {
  dark: {
    'Dark Modern': '1f1f1f',
    'Dark+': '1e1e1e',
    Monokai: '272822',
    'Solarized Dark': '002b36',
    contrast: '000000',
  },
  light: { 'Light Modern': 'ffffff', 'Solarized Light': 'fdf6e3', 'Quiet Light': 'f5f5f5', contrast: 'ffffff' },
};
/** WCAG 2.2, 1.4.3: for text of usual size. */
const READABLE = 4.5;

describe('colours of the heat in the editor', () => {
  for (const [kind, backgrounds] of Object.entries(BACKGROUNDS)) {
    it(`leave the text readable at every step on ${kind} themes`, () => {
      const palette = heatPalette(kind === 'light');
      assert.equal(palette.length, HEAT_STEPS);
      for (const [theme, background] of Object.entries(backgrounds)) {
        palette.forEach((step, i) => {
          const own = /rgba\((\d+), (\d+), (\d+)/.exec(step.background)!.slice(1).map(Number) as unknown as Rgb;
          const found = contrast(mix(rgbOf(background), own, OPACITY), rgbOf(step.color.slice(1)));
          assert.ok(found >= READABLE, `${theme}, step ${i}: ${found.toFixed(2)}`);
        });
      }
    });
  }

  it('contrast is WCAG’s: 21 between black and white, 1 with itself', () => {
    assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
    assert.equal(contrast([9, 99, 199], [9, 99, 199]), 1);
    // An example of WCAG's own: #767676 on white is just enough.
    assert.ok(Math.abs(contrast(rgbOf('767676'), [255, 255, 255]) - 4.54) < 0.01);
  });
});
