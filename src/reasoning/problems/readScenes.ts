/** Reads scenes.en.txt and scenes.zh.txt; their format is said at the top of the first. */
import type { LanguageScenes, Operation, Scene, SceneSet } from './scene';

export const SIGNS: Readonly<Record<Operation, string>> = { add: '+', sub: '-', mul: '*', div: '/' };
/** The least number that is said, or left: one thing would need another form of its word and its verb. */
export const LEAST = 2;
/** Where a scene says nothing about its numbers. */
const [LARGEST, LARGEST_CHANGE] = [200, 50];
const OPERATIONS = new Map(Object.entries(SIGNS).map(([operation, sign]) => [sign, operation as Operation]));

export function readScenes(text: string): LanguageScenes {
  const sets: Record<SceneSet, Scene[]> = { trained: [], unseen: [], 'unseen-more': [] };
  const shared = new Map<string, string[]>();
  let scene: Scene | null = null;
  for (const line of text.split(/\r?\n/)) {
    const mark = line.split(' ', 1)[0];
    const rest = line.slice(mark.length + 1);
    const [, sign, least = LEAST, by] = /^([-+*/])(?:(\d+)\.\.)?(\d*)$/.exec(mark) ?? [];
    const operation = OPERATIONS.get(sign);
    if (mark === '#') {
      const flags = rest.split(' ').slice(1);
      const set = flags.find((flag): flag is SceneSet => flag in sets) ?? 'trained';
      const weight = Number(flags.find((flag) => flag.startsWith('x'))?.slice(1) ?? 1);
      const begun: Scene = {
        start: [],
        ask: [],
        ops: {},
        words: new Map(),
        times: [],
        joins: set === 'trained' ? shared.get('joins')! : [],
        most: LARGEST,
        by: LARGEST_CHANGE,
        least: LEAST,
        from: 0,
      };
      scene = begun;
      sets[set].push(...Array.from({ length: weight }, () => begun));
    } else if (scene && mark === '<') {
      [scene.most, scene.by, scene.from = 0, scene.least = LEAST] = rest.split(' ').map(Number);
    } else if (scene && (mark === 'times:' || mark === 'joins:')) {
      scene[mark === 'times:' ? 'times' : 'joins'] = rest.split(' | ');
    } else if (mark.endsWith(':')) {
      (scene?.words ?? shared).set(mark.slice(0, -1), rest.split(' | '));
    } else if (scene && (mark === '=' || mark === '?')) {
      scene[mark === '=' ? 'start' : 'ask'].push(rest);
    } else if (scene && operation) {
      (scene.ops[operation] ??= []).push({
        template: rest,
        least: Number(least),
        by: by === '' ? Infinity : Number(by),
      });
    }
  }
  return { ...sets, names: shared.get('names')!, pronouns: shared.get('pronouns')! };
}
