import assert from 'node:assert/strict';
import { HEAT_STEPS, heatPalette, type HeatKind } from '../../../src/editor/heatPalette';
import { amber, contrast, heatScale, mix, rgbOf, stepOf, viridis } from '../../../src/shared/color';

/** Editor backgrounds of VS Code's own themes, and the colours that they give to comments, keywords, strings, numbers, types and calls. */
const THEMES = {
  dark: {
    'Dark Modern': { background: '1f1f1f', code: 'd4d4d4 6a9955 569cd6 ce9178 b5cea8 4ec9b0 dcdcaa c586c0 9cdcfe' },
    Monokai: { background: '272822', code: 'f8f8f2 88846f f92672 e6db74 ae81ff a6e22e 66d9ef' },
    'Dark High Contrast': { background: '000000', code: 'ffffff 7ca668 569cd6 ce9178 b5cea8 4ec9b0 dcdcaa c586c0' },
  },
  light: {
    'Light Modern': { background: 'ffffff', code: '3b3b3b 008000 0000ff a31515 098658 267f99 795e26 af00db 001080' },
    'Quiet Light': { background: 'f5f5f5', code: '333333 7a3e9d 448c27 9c5d27 4b69c6' },
    'Light High Contrast': { background: 'ffffff', code: '292929 515151 0f4a85 096d48 5e2cbc 185e73' },
  },
};
/** Below this contrast large text cannot be read (WCAG 2.2, 1.4.3); of what a theme itself draws fainter, a third may go. */
const READABLE = 3;
/** WCAG 2.2, 1.4.11: of what has to be seen but is no text. */
const SEEN = 3;

for (const heat of ['attention', 'surprisal'] satisfies HeatKind[]) {
  describe(`colours of ${heat} in the editor`, () => {
    for (const [kind, themes] of Object.entries(THEMES)) {
      const palette = heatPalette(heat, kind === 'light');

      it(`leave ${kind} themes’ own colours for code readable at every step`, () => {
        assert.equal(palette.length, HEAT_STEPS);
        for (const [theme, { background, code }] of Object.entries(themes)) {
          palette.forEach(({ own, tint }, step) => {
            for (const color of code.split(' ')) {
              const found = contrast(mix(rgbOf(background), own, tint), rgbOf(color));
              const without = contrast(rgbOf(background), rgbOf(color));
              const least = Math.min(READABLE, 0.7 * without);
              assert.ok(found >= least, `${theme}, ${color} at step ${step}: ${found.toFixed(2)}`);
            }
          });
        }
      });

      it(`are the panel’s own in ${kind} themes`, () => {
        const { colors } = heatScale([0, 0, 0], kind === 'dark', heat === 'attention' ? viridis : amber);
        for (const [step, { own }] of palette.entries()) {
          const place = step / (HEAT_STEPS - 1);
          // The panel's fade into the background before.
          if (place < 0.2) continue;
          own.forEach((channel, i) => assert.ok(Math.abs(channel - colors[stepOf(place)][i]) <= 2, `step ${step}`));
        }
      });

      it(`grow away from the background of ${kind} themes, from a line that can be seen on`, () => {
        for (const [theme, { background }] of Object.entries(themes)) {
          const lines = palette.map(({ own }) => contrast(rgbOf(background), own));
          lines.slice(1).forEach((line, i) => assert.ok(line > lines[i], `${theme}, step ${i + 1}: ${line}`));
          assert.ok(lines[1] > 1.4 && lines.at(-1)! > SEEN, `${theme}: ${lines.map((one) => one.toFixed(2))}`);
        }
      });
    }
  });
}

describe('contrast', () => {
  it('is WCAG’s: 21 between black and white, 1 with itself', () => {
    assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
    assert.equal(contrast([9, 99, 199], [9, 99, 199]), 1);
    // An example of WCAG's own: #767676 on white is just enough.
    assert.ok(Math.abs(contrast(rgbOf('767676'), [255, 255, 255]) - 4.54) < 0.01);
  });
});
