/** What the colours of a heat map mean, in numbers. */
import { MOST_SURPRISAL, STEPS, css, type HeatScale } from '../../src/shared/color';
import { h, setText } from './dom';
import { bits, coarsePercent, plainBits, signedPrecise } from './numbers';
import { surface } from './surface';
import { onThemeChange, theme } from './theme';
import { t } from './l10n';

const [WIDTH, HEIGHT] = [120, 8];

export interface Legend {
  readonly element: HTMLElement;
  /**
   * Value at the end of the scale, and whether larger ones have its colour too; null: nothing is shown yet. `signed`: the scale
   * begins at its negative.
   */
  set(largest: number | null, open?: boolean, signed?: boolean): void;
}

type Format = (value: number) => string;

/** Of surprisal and entropy, in bits: one scale wherever they are shown. */
export function surprisalLegend(): HTMLElement {
  const { element, set } = legend(bits, true, plainBits, () => theme().surprisal);
  set(MOST_SURPRISAL, true);
  return element;
}

/**
 * `format`: how a value of the scale is written. `linear`: the scale is even, not a square root (see placeOf). `plain`: how
 * the marks before the last are written, which need not repeat a unit.
 */
export function legend(
  format: Format = coarsePercent,
  linear = false,
  plain = format,
  scale: () => HeatScale = () => theme().heat,
): Legend {
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const marks = [h('span'), h('span'), h('span')];
  const element = h(
    'div',
    { class: 'legend', role: 'img', hidden: true },
    canvas,
    h('div', { class: 'legend-marks', 'aria-hidden': 'true' }, ...marks),
  );
  let isSigned = false;
  const draw = (): void => {
    const { context } = surface(canvas, WIDTH, HEIGHT);
    const { colors } = isSigned ? theme().signed : scale();
    for (let x = 0; x < WIDTH; x++) {
      context.fillStyle = css(colors[Math.round((x / (WIDTH - 1)) * (STEPS - 1))]);
      context.fillRect(x, 0, 1, HEIGHT);
    }
  };
  onThemeChange(draw);
  draw();
  return {
    element,
    set(largest, open = false, signed = false) {
      element.hidden = largest === null;
      if (isSigned !== signed) {
        isSigned = signed;
        draw();
      }
      if (largest === null) return;
      if (signed) {
        const [from, to] = [-largest, largest].map(signedPrecise);
        [from, signedPrecise(0), to].forEach((text, i) => setText(marks[i], text));
        return void element.setAttribute('aria-label', t('Colours run from {0} to {1}.', from, to));
      }
      // The middle of a square root's scale is a quarter.
      const ends = open ? `≥${format(largest)}` : format(largest);
      [plain(0), plain(largest / (linear ? 2 : 4)), ends].forEach((text, i) => setText(marks[i], text));
      element.setAttribute('aria-label', t('Colours run from {0} to {1}.', format(0), ends));
    },
  };
}
