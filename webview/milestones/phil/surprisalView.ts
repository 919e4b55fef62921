/** A text with each piece underlined by how little it was expected; the numbers are in a table and on pointing. */
import { MOST_SURPRISAL, surprisalPlace } from '../../../src/shared/color';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { bits } from '../../shared/numbers';
import { tableTwin } from '../../shared/tableTwin';
import type { Result } from '../../../src/milestones/phil/options';

export interface SurprisalView {
  readonly element: HTMLElement;
  draw(surprisal: Result['surprisal']): void;
}

const STEPS = 5;
const TABLE_ROWS = 300;

export function surprisalView(): SurprisalView {
  let current: Result['surprisal'] = null;
  const title = h('h3', {});
  const text = h('pre', { class: 'phil-text', tabindex: '0' });
  const twin = tableTwin(() =>
    current
      ? {
          caption: t('Surprisal, at most {0} rows', TABLE_ROWS),
          columns: [t('piece'), t('bits')],
          rows: current.pieces.slice(0, TABLE_ROWS).map((piece) => [shown(piece.text), piece.bits.toFixed(1)]),
        }
      : null,
  );
  const element = h(
    'section',
    {},
    title,
    h(
      'p',
      { class: 'hint' },
      t('Stronger marks are greater surprisal to the word model, in bits; five steps up to {0}.', MOST_SURPRISAL),
    ),
    text,
    twin.element,
  );
  return {
    element,
    draw(surprisal) {
      show(element, surprisal !== null);
      if (!surprisal || surprisal === current) return;
      current = surprisal;
      title.textContent = t('What surprises the word model in “{0}”', surprisal.title);
      text.setAttribute('aria-label', title.textContent);
      text.replaceChildren(
        ...surprisal.pieces.map((piece) => {
          const step = Math.min(STEPS, Math.floor(surprisalPlace(piece.bits) * (STEPS + 1)));
          if (step === 0 || piece.text.trim() === '') return piece.text;
          return h('span', { class: `phil-step-${step}`, title: bits(piece.bits) }, piece.text);
        }),
      );
      twin.invalidate();
    },
  };
}

/** Blanks as signs. */
function shown(piece: string): string {
  return piece.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '␣');
}
