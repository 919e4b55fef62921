/** A field of an experiment's own view that is as it was left when its panel is seen again. */
import type { KeptInputs } from './experimentView';

/** `name`: of the field among those of the view. Call the result after setting the field in code. */
export function keptField(kept: KeptInputs, name: string, field: HTMLInputElement | HTMLSelectElement): () => void {
  const before = kept.get(name);
  const box = field instanceof HTMLInputElement && field.type === 'checkbox' ? field : null;
  if (box) box.checked = typeof before === 'boolean' ? before : box.checked;
  else if (typeof before === 'string' && accepts(field, before)) field.value = before;
  const keep = (): void => kept.set(name, box ? box.checked : field.value);
  // At each key: who hides the panel may not have left the field.
  field.addEventListener('input', keep);
  return keep;
}

function accepts(field: HTMLInputElement | HTMLSelectElement, value: string): boolean {
  return field instanceof HTMLInputElement || [...field.options].some((option) => option.value === value);
}
