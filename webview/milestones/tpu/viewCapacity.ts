/** Users × minutes × measured cost: how many cores a service would keep busy, by precision. */
import type { ViewStage } from '../experimentView';
import { freshId, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer } from '../../shared/numbers';
import { barPlot } from '../../shared/plot';
import { cores, type Load } from './capacity';
import { generationSpeed, PRECISIONS, type Precision } from '../../../src/milestones/tpu/options';

export interface CapacityView {
  readonly element: HTMLElement;
  draw(timings: Readonly<Record<string, number>> | undefined): void;
}

export function capacityView({ kept }: ViewStage, names: Record<Precision, string>): CapacityView {
  const load: Load = { users: 1_000_000, minutes: 3, tokensPerMinute: 200 };
  const take = (name: keyof Load, most: number, given: unknown): void => {
    const whole = Math.floor(Number(given));
    load[name] = Number.isFinite(whole) ? Math.min(most, Math.max(1, whole)) : 1;
  };
  let timings: Readonly<Record<string, number>> | undefined;
  const bars = barPlot({
    title: t('The capacity sum, with your numbers and the measured cost'),
    hint: t(
      'cores = users × minutes a day × tokens a minute ÷ (generated tokens per second × 86,400 seconds). A mean over the day; a real service needs more for its busiest hour.',
    ),
    value: { label: t('cores of this machine, busy all day'), domain: [0, undefined], format: decimal },
  });
  const formula = h('p', { role: 'status' });
  const number = (label: string, name: keyof Load, most: number): HTMLElement => {
    const id = freshId('load');
    const before = kept.get(name);
    if (before !== undefined) take(name, most, before);
    const input = h('input', {
      id,
      type: 'number',
      class: 'field',
      min: 1,
      max: most,
      step: 1,
      value: String(load[name]),
      'data-load': name,
      // Who hides the panel may not have left the field.
      oninput: () => kept.set(name, input.value),
      onchange: () => {
        take(name, most, input.value);
        kept.set(name, load[name]);
        input.value = String(load[name]);
        draw();
      },
    });
    return h('div', { class: 'control' }, h('label', { for: id }, label), input);
  };
  const fields = h(
    'div',
    { class: 'controls' },
    number(t('Users'), 'users', 1e10),
    number(t('Minutes a day'), 'minutes', 1440),
    number(t('Tokens a minute'), 'tokensPerMinute', 100_000),
  );
  bars.element.querySelector('.plot-box')!.before(fields, formula);
  const draw = (): void => {
    if (!timings) {
      formula.textContent = t('The cost is measured at the end of the run.');
      return;
    }
    const speed = (precision: Precision): number => timings![generationSpeed(precision)];
    bars.set(
      PRECISIONS.map((precision, series) => ({
        name: names[precision],
        value: cores(load, speed(precision)),
        series,
      })),
    );
    formula.textContent = t(
      'In {0}: {1} × {2} × {3} ÷ ({4} × 86,400) = {5} cores.',
      names.int8,
      integer(load.users),
      integer(load.minutes),
      integer(load.tokensPerMinute),
      integer(speed('int8')),
      decimal(cores(load, speed('int8'))),
    );
  };
  draw();
  return {
    element: h('section', { 'data-section': 'capacity' }, bars.element),
    draw(measured) {
      timings = measured;
      draw();
    },
  };
}
