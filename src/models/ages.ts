/** One model at several ages, and between which of them a panel can go; which one explains: panels/explanationRuns.ts. No VS Code. */
import type { Ages } from '../protocol/panelApi';

export interface AgedModel {
  path: string;
  name: string;
  /** Tokens that it has been trained on. */
  age: number;
}

/** Those of the bundled models, youngest first. */
export function agesAmong(models: readonly (Omit<AgedModel, 'age'> & { age?: number })[]): AgedModel[] {
  return models
    .flatMap(({ path, name, age }) => (age === undefined ? [] : [{ path, name, age }]))
    .sort((a, b) => a.age - b.age);
}

/** What a panel offers whose text the model at `path` explains; undefined: that has no age, and the text is not about ages. */
export function agesOffered(family: readonly AgedModel[], path: string, isTextOfAges: boolean): Ages | undefined {
  const at = family.find((model) => model.path === path)?.age ?? null;
  if (family.length === 0 || (at === null && !isTextOfAges)) return undefined;
  return { all: family.map(({ age }) => age), at };
}
