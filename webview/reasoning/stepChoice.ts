/** Words to look for, a kind to list, and whether long steps are folded. */
import { STEP_KINDS } from '../../src/protocol/reasoning';
import { h, show } from '../shared/dom';
import { t } from '../shared/l10n';
import type { Stage } from './stage';
import { matchingSteps, type Wanted } from './stepFilter';
import { kindName } from './stepKinds';

export interface StepChoice {
  element: HTMLElement;
  begun(): void;
  /** The steps that are listed; null: all. */
  listed(): readonly number[] | null;
  isFolded(): boolean;
}

export function stepChoice(stage: Stage, changed: () => void): StepChoice {
  const words = h('input', {
    type: 'search',
    'aria-label': t('Find in the steps'),
    placeholder: t('Find in the steps'),
  });
  const wanted = h('select', { 'aria-label': t('Which steps are listed') });
  const folds = h('input', { type: 'checkbox' });
  const found = h('span', { class: 'hint', role: 'status' });
  let listed: readonly number[] | null = null;
  const choose = (): void => {
    const { shown } = stage.state;
    const isAll = words.value.trim() === '' && wanted.value === 'all';
    listed = shown && !isAll ? matchingSteps(shown.steps, words.value, wanted.value as Wanted) : null;
    show(found, listed !== null);
    found.textContent = listed && shown ? t('{0} of {1}', listed.length, shown.steps.length) : '';
    changed();
  };
  words.addEventListener('input', choose);
  words.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !listed || listed.length === 0) return;
    event.preventDefault();
    stage.goTo(listed.find((step) => step > stage.state.position) ?? listed[0], true);
  });
  wanted.addEventListener('change', choose);
  folds.addEventListener('change', changed);
  return {
    element: h(
      'div',
      { class: 'row choice' },
      words,
      wanted,
      found,
      h('label', { class: 'hint fold' }, folds, ' ', t('Fold long steps')),
    ),
    begun() {
      const steps = stage.state.shown?.steps ?? [];
      const option = (value: Wanted, name: string, count: number): HTMLElement | false =>
        count > 0 && h('option', { value }, t('{0} ({1})', name, count));
      const ofKind = STEP_KINDS.map((kind) => option(kind, kindName(kind), matchingSteps(steps, '', kind).length));
      const options = [
        option('all', t('all steps'), steps.length),
        option('wrong', t('with a wrong sum'), matchingSteps(steps, '', 'wrong').length),
        option('builds', t('building on a wrong sum'), matchingSteps(steps, '', 'builds').length),
        ...ofKind,
      ].filter((one) => one !== false);
      wanted.replaceChildren(...options);
      words.value = '';
      listed = null;
      show(found, false);
    },
    listed: () => listed,
    isFolded: () => folds.checked,
  };
}
