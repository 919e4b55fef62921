/** The controls that an experiment declares, as form fields. */
import type { Control, Controls, OptionValues } from '../../src/protocol/milestones';
import { nearestSettable } from '../../src/protocol/settable';
import { freshId, h } from '../shared/dom';
import { t } from '../shared/l10n';

type AnyControl = Control<string | number | boolean>;

/** `values` is changed in place; a kept number that the control cannot have gives way to the nearest. */
export function controlFields(
  controls: Controls<Record<string, string | number | boolean>>,
  values: OptionValues,
  changed: () => void,
): HTMLElement[] {
  return Object.entries(controls).flatMap(([name, control]) => {
    const kept = values[name];
    if (control.kind === 'number' && kept !== undefined)
      values[name] = Number.isFinite(kept) ? nearestSettable(control, Number(kept)) : control.default;
    const field = input(control, values[name] ?? control.default, (value) => {
      values[name] = value;
      changed();
    });
    if (!field) return [];
    field.id = freshId('option');
    field.dataset.option = name;
    return [h('div', { class: 'control' }, h('label', { for: field.id }, t(control.label)), field)];
  });
}

function input(
  control: AnyControl,
  value: string | number | boolean,
  set: (value: string | number | boolean) => void,
): HTMLElement | null {
  switch (control.kind) {
    case 'choice': {
      const select = h(
        'select',
        { class: 'field', onchange: () => set(control.values[select.selectedIndex].value) },
        ...control.values.map((choice) => h('option', { selected: choice.value === value }, t(choice.label))),
      );
      return select;
    }
    case 'number': {
      const { min, max, step } = control;
      const field = h('input', {
        type: 'number',
        class: 'field',
        min,
        max,
        step,
        value: String(value),
        onchange: () => {
          const given = Number(field.value);
          const wanted = Number.isFinite(given) && field.value !== '' ? given : Number(control.default);
          field.value = String(nearestSettable(control, wanted));
          set(Number(field.value));
        },
      });
      return field;
    }
    case 'text': {
      const field = h('input', {
        type: 'text',
        class: 'field wide',
        maxlength: control.maxLength,
        value: String(value),
        onchange: () => set(field.value),
      });
      return field;
    }
    case 'toggle': {
      const field = h('input', { type: 'checkbox', checked: value === true, onchange: () => set(field.checked) });
      return field;
    }
    case 'fixed':
      return null;
  }
}
