/** How the small maps are ordered and coloured: a list and a check mark above them. */
import type { HeadRole } from '../../../src/protocol/explanation';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { roleName } from './roleWords';
import type { Stage } from '../stage';

export function headOptions(stage: Stage): { element: HTMLElement; draw(): void } {
  const { options } = stage;
  const order = h('select', { 'aria-label': t('Order of the heads') });
  const dim = h('input', { type: 'checkbox' });
  order.addEventListener('change', () => options.change({ order: order.value as 'layer' | HeadRole }));
  dim.addEventListener('change', () => options.change({ dimSinks: dim.checked }));
  let listed = '';
  return {
    element: h(
      'div',
      { class: 'options' },
      order,
      h(
        'label',
        { title: t('A token on which heads rest when they look for nothing: mostly the first one, or a line break.') },
        dim,
        t('Dim sinks'),
      ),
    ),
    draw() {
      const roles = stage.roles.all().map(({ role }) => role);
      if (roles.join() !== listed || order.options.length === 0) {
        listed = roles.join();
        order.replaceChildren(
          h('option', { value: 'layer' }, t('By layer')),
          ...roles.map((role) => h('option', { value: role }, t('Strongest first: {0}', roleName(role)))),
        );
      }
      order.value = options.order;
      dim.checked = options.dimSinks;
    },
  };
}
