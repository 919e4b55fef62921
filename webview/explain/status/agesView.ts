/** One model at several ages: the same text explained at another one, one click or arrow key away, with what is looked at. */
import { freshId, h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count } from '../../shared/numbers';
import type { Stage } from '../stage';
import type { PanelState } from '../state/run';

export interface AgesView {
  readonly element: HTMLElement;
  draw(): void;
}

export function agesView({ host, selection }: Stage, state: PanelState): AgesView {
  const element = h('div', {
    class: 'ages',
    role: 'radiogroup',
    hidden: true,
  });
  const label = h('span', { 'aria-hidden': 'true' }, t('Age'));
  const name = freshId('age');
  let radios: { age: number; radio: HTMLInputElement }[] = [];

  const choose = (age: number): void => {
    // At another age other things stand out: what is looked at now is what is to be compared.
    const { head, token } = selection;
    selection.change({ headLock: head, headPreview: null, tokenLock: token, tokenPreview: null, pointed: null });
    void host.call('explainAt', { age }).catch(() => {});
  };
  const offer = (ages: readonly number[]): void => {
    if (ages.join() === radios.map(({ age }) => age).join()) return;
    radios = ages.map((age) => ({ age, radio: h('input', { type: 'radio', name, onchange: () => choose(age) }) }));
    element.replaceChildren(
      label,
      ...radios.map(({ age, radio }) => h('label', { class: 'chip' }, radio, count(age, 2))),
    );
  };

  return {
    element,
    draw() {
      const ages = (state.busy?.run ?? state.shown)?.ages ?? null;
      show(element, ages !== null);
      if (!ages) return;
      offer(ages.all);
      // Where another model explains, the ages are not its own.
      const [named, says] =
        ages.at === null
          ? [
              t('Ages of a small model that is bundled too: tokens that it had been trained on'),
              t(
                'The same text, explained by a small model that is bundled too, when it had been trained on so many tokens',
              ),
            ]
          : [
              t('Age of the model: tokens that it has been trained on'),
              t('The same text, explained by this model when it had been trained on so many tokens'),
            ];
      element.setAttribute('aria-label', named);
      element.title = says;
      for (const { age, radio } of radios) radio.checked = age === ages.at;
    },
  };
}
