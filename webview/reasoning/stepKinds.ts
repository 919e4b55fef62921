/** Names of the kinds of step, and how many words go into each. No DOM. */
import { STEP_KINDS, type Step, type StepKind } from '../../src/protocol/reasoning';
import { t } from '../shared/l10n';

export const kindName = (kind: StepKind): string =>
  ({
    given: t('given'),
    restate: t('restate'),
    plan: t('plan'),
    compute: t('compute'),
    check: t('check'),
    backtrack: t('backtrack'),
    question: t('question or hypothesis'),
    conclude: t('conclude'),
    answer: t('answer'),
    code: t('code'),
    toolCall: t('tool call'),
    toolResult: t('tool result'),
  })[kind];

/** The kind that a step is drawn as: of several the one that tells most. */
const TELLING: readonly StepKind[] = [
  'toolCall',
  'toolResult',
  'code',
  'backtrack',
  'check',
  'question',
  'answer',
  'compute',
  'conclude',
  'plan',
  'given',
  'restate',
];

export const mainKind = ({ kinds = [] }: Step): StepKind | null => TELLING.find((kind) => kinds.includes(kind)) ?? null;

/** Words of a text: letters between blanks; a Chinese character is one. */
export const wordCount = (text: string): number => text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu)?.length ?? 0;

/** Share of all words that stand in steps of each kind, those that occur, largest first. A step may be of several kinds. */
export function wordShares(steps: readonly Step[]): { kind: StepKind; share: number }[] {
  const counts = new Map<StepKind, number>();
  let all = 0;
  for (const step of steps) {
    const words = wordCount(step.text);
    all += words;
    for (const kind of step.kinds ?? []) counts.set(kind, (counts.get(kind) ?? 0) + words);
  }
  return STEP_KINDS.flatMap((kind) => {
    const count = counts.get(kind) ?? 0;
    return count > 0 ? { kind, share: count / all } : [];
  }).sort((a, b) => b.share - a.share);
}
