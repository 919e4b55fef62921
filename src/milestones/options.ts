/** Options that come from outside (a page, a saved state), brought within what an experiment declares. */
import type { Control, Controls, OptionValues } from '../protocol/milestones';
import { isSettable } from '../protocol/settable';
import { defaults } from './experiment';

/** Unknown names are left out; a value that does not fit gives way to the default. */
export function accepted<Options>(controls: Controls<Options>, given: OptionValues): Options {
  const values = defaults(controls);
  for (const name in controls) {
    const value = given[name] as Options[typeof name] | undefined;
    if (value !== undefined && fits(controls[name], value)) values[name] = value;
  }
  return values;
}

function fits<Value>(control: Control<Value>, value: Value): boolean {
  if (typeof value !== typeof control.default) return false;
  // What tests run need not be among what people choose from, nor lie on a step.
  if (value === control.small) return true;
  switch (control.kind) {
    case 'choice':
      return control.values.some((choice) => choice.value === value);
    case 'number':
      return value === control.default || isSettable(control, Number(value));
    case 'text':
      return String(value).length <= control.maxLength;
    case 'toggle':
      return true;
    case 'fixed':
      return value === control.default;
  }
}
