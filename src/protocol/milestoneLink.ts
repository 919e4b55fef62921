/**
 * A link that opens an entry of the Milestone History as somebody had set it:
 * `vscode://<extension>/milestones/transformer?seed=3&o.width=64`. It opens and sets; it never runs anything.
 */
import { MOST_SEED } from '../shared/random';
import { isMilestoneId } from '../shared/history/timeline';
import { isSettable } from './settable';
import type { Control, OptionValues } from './milestones';

export interface MilestonePlace {
  id: string;
  /** 0 to `MOST_SEED`. */
  seed?: number;
  /** As they were written; the page takes those that fit the experiment's controls (`fittingOptions`). */
  options?: Record<string, string>;
}

/** Longer ones are nobody's settings. */
const MOST_CHARACTERS = 4000;
const OPTION = 'o.';

/** Path and query, without scheme and extension. */
export function milestoneLink(id: string, seed: number, options: OptionValues): string {
  const query = new URLSearchParams({ seed: String(seed) });
  for (const [name, value] of Object.entries(options)) query.set(OPTION + name, String(value));
  return `/milestones/${id}?${query}`;
}

/** undefined: no link of ours, or to an entry that is not there. A seed that is none is left out. */
export function readMilestoneLink(path: string, query: string): MilestonePlace | undefined {
  const [, id] = /^\/milestones\/([a-z0-9-]{1,60})\/?$/.exec(path) ?? [];
  if (!id || !isMilestoneId(id) || query.length > MOST_CHARACTERS) return undefined;
  const given = new URLSearchParams(query);
  const seed = /^\d{1,10}$/.test(given.get('seed') ?? '') ? Number(given.get('seed')) : NaN;
  const options = [...given].filter(([name]) => name.startsWith(OPTION));
  return {
    id,
    ...(seed <= MOST_SEED && { seed }),
    ...(options.length > 0 && {
      options: Object.fromEntries(options.map(([name, value]) => [name.slice(OPTION.length), value])),
    }),
  };
}

/** Those that a person could have set with these controls. */
export function fittingOptions(
  controls: Readonly<Record<string, Control<string | number | boolean>>>,
  given: Readonly<Record<string, string>>,
): OptionValues {
  const fitting: OptionValues = {};
  for (const [name, control] of Object.entries(controls)) {
    if (!Object.hasOwn(given, name)) continue;
    const value = fittingValue(control, given[name]);
    if (value !== undefined) fitting[name] = value;
  }
  return fitting;
}

function fittingValue(
  control: Control<string | number | boolean>,
  given: string,
): string | number | boolean | undefined {
  switch (control.kind) {
    case 'choice':
      return control.values.find(({ value }) => String(value) === given)?.value;
    case 'number': {
      const value = /^-?\d+(?:\.\d+)?$/.test(given) ? Number(given) : NaN;
      return isSettable(control, value) ? value : undefined;
    }
    case 'toggle':
      return given === 'true' || given === 'false' ? given === 'true' : undefined;
    case 'text':
      return given.length <= control.maxLength ? given : undefined;
    case 'fixed':
      return undefined;
  }
}
