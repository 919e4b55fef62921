/** The whole trace at a glance: a cell a step, coloured by kind, wrong sums marked. A long trace has several steps in a cell. */
import { h, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { s } from '../shared/plot/svg';
import { kindName, mainKind, wordShares } from './stepKinds';
import { roundPercent } from '../shared/numbers';
import type { Stage } from './stage';
import type { Shown } from './state';

/** Cells; more cannot be told apart. */
const MOST_CELLS = 240;
const [WIDTH, HEIGHT] = [960, 26];
/** Kinds whose share of the words is told. */
const MOST_SHARES = 4;

export interface Minimap {
  element: HTMLElement;
  begun(): void;
  draw(): void;
}

export function minimap(stage: Stage): Minimap {
  const box = h('div', { class: 'minimap-box' });
  const words = h('p', { class: 'hint' });
  const element = h('div', { class: 'minimap' }, box, words);
  const here = s('rect', { class: 'here', y: 0, height: HEIGHT, width: 1 });
  let perCell = 1;
  let cells = 0;
  const place = (step: number): number => (Math.floor(step / perCell) * WIDTH) / cells;
  const build = (): void => {
    const { shown } = stage.state;
    show(element, shown !== null);
    if (!shown) return;
    perCell = Math.ceil(shown.steps.length / MOST_CELLS);
    cells = Math.ceil(shown.steps.length / perCell);
    const label = t('All steps in order, coloured by kind; the list below says the same in words.');
    const picture = s('svg', {
      class: 'minimap-cells',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    });
    for (let cell = 0; cell < cells; cell++) picture.append(...cellOf(shown, cell * perCell));
    picture.append(here);
    picture.addEventListener('click', (event) => {
      const at = (event.target as Element).closest('[data-step]')?.getAttribute('data-step');
      if (at != null) stage.goTo(Number(at));
    });
    box.replaceChildren(picture);
    words.textContent = sharesSentence(shown);
  };
  const cellOf = (shown: Shown, first: number): SVGElement[] => {
    const steps = shown.steps.slice(first, first + perCell);
    const kind = steps.map(mainKind).find((one) => one !== null) ?? null;
    const wrong = steps.findIndex(({ equations }) => equations.some(({ right }) => !right));
    const builds = steps.some(({ buildsOn }) => buildsOn);
    const target = first + Math.max(0, wrong);
    const x = place(first);
    const width = Math.max(1, WIDTH / cells - (cells > 120 ? 0.5 : 1.5));
    const name = steps.length > 1 ? t('Steps {0} to {1}', first + 1, first + steps.length) : t('Step {0}', first + 1);
    const said = [
      name,
      kind ? kindName(kind) : '',
      wrong >= 0 ? t('wrong sum') : builds ? t('builds on a wrong sum') : '',
    ];
    const title = s('title', {}, said.filter(Boolean).join(' · '));
    const found: SVGElement[] = [
      s(
        'rect',
        { class: `cell kind-${kind ?? 'none'}`, x, y: 6, width, height: HEIGHT - 6, 'data-step': target },
        title,
      ),
    ];
    if (wrong >= 0 || builds) {
      found.push(
        s('rect', { class: wrong >= 0 ? 'mark wrong' : 'mark builds', x, y: 0, width, height: 5, 'data-step': target }),
      );
    }
    return found;
  };
  return {
    element,
    begun: build,
    draw() {
      if (cells === 0) return;
      here.setAttribute('x', String(place(stage.state.position)));
      here.setAttribute('width', String(Math.max(2, WIDTH / cells)));
    },
  };
}

function sharesSentence({ steps }: Shown): string {
  const shares = wordShares(steps).slice(0, MOST_SHARES);
  if (shares.length === 0) return '';
  const parts = shares.map(({ kind, share }) => t('{0} {1}', kindName(kind), roundPercent(share)));
  return t('Where the words went (a step may be of several kinds): {0}.', parts.join(', '));
}
