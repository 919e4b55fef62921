/** Cards of neurons in words, and words that ask for them: “neurons for closing brackets”. No DOM. */
import {
  TOKEN_KINDS,
  type Fit,
  type KindQuery,
  type NeuronCards,
  type NeuronCard,
} from '../../../src/protocol/neuronCards';
import type { NeuronQuery, TokenKind } from '../../../src/protocol/neuronCards';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { t } from '../../shared/l10n';
import { coarsePercent, integer, signedDecimal } from '../../shared/numbers';
import { isolated } from '../../shared/rightToLeft';
import { cell, type TableRows } from '../../shared/tableTwin';
import { neuronName } from '../interventions/things';
import { tokenPlace, type Placed } from '../words';

export function kindWords(kind: TokenKind): string {
  switch (kind) {
    case 'opening-bracket':
      return t('opening brackets');
    case 'closing-bracket':
      return t('closing brackets');
    case 'deep-in-brackets':
      return t('deep in brackets');
    case 'quote':
      return t('quotation marks');
    case 'comma':
      return t('commas');
    case 'full-stop':
      return t('full stops');
    case 'colon':
      return t('colons');
    case 'semicolon':
      return t('semicolons');
    case 'operator':
      return t('operators');
    case 'keyword':
      return t('keywords');
    case 'number':
      return t('numbers');
    case 'later-digit':
      return t('later digits of a number');
    case 'capital':
      return t('capital letters');
    case 'word-piece':
      return t('later pieces of a word');
    case 'repeated':
      return t('repeated words');
    case 'chinese':
      return t('Chinese characters');
    case 'line-break':
      return t('line breaks');
    case 'indentation':
      return t('indentation');
    case 'line-start':
      return t('starts of lines');
  }
}

export const kindQueryWords = ({ kind, before }: KindQuery): string =>
  before ? t('before {0}', kindWords(kind)) : kindWords(kind);

/** What can be chosen in the search field. */
export const everyKind = (): string[] =>
  [false, true].flatMap((before) => TOKEN_KINDS.map((kind) => kindQueryWords({ kind, before })));

/** `null`: nothing is asked for. Words that name no kind, and what stands in quotes, are a token’s own characters. */
export function askedQuery(typed: string): NeuronQuery | null {
  const asked = typed.trim();
  if (asked === '') return null;
  const [, layer, expert, neuron] = /^L(\d{1,4})N(?:(\d{1,5}|shared)\.)?(\d{1,6})$/i.exec(asked) ?? [];
  if (layer !== undefined) {
    const own = expert === undefined ? null : expert.toLowerCase() === 'shared' ? 'shared' : Number(expert);
    return { layer: Number(layer), expert: own, neuron: Number(neuron) };
  }
  const [, quotedOnes] = /^["“‘'「](.+)["”’'」]$/u.exec(asked) ?? [];
  if (quotedOnes !== undefined) return { characters: quotedOnes };
  const words = stems(asked);
  const isBefore = words.includes('before') || stems(t('before {0}', '')).some((one) => has(asked, words, one));
  const named = TOKEN_KINDS.map((kind) => ({ kind, own: stems(kindWords(kind)) }))
    .filter(({ own }) => own.every((one) => has(asked, words, one)))
    .sort((a, b) => b.own.length - a.own.length || b.own.join('').length - a.own.join('').length);
  return named.length > 0 ? { kind: named[0].kind, before: isBefore } : { characters: asked };
}

/** Words without what English adds for several. */
const stems = (words: string): string[] => (words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.replace(/s$/, '')); // prettier-ignore

/** Chinese has no spaces between words. */
const has = (asked: string, words: readonly string[], word: string): boolean =>
  /\p{Script=Han}/u.test(word) ? asked.includes(word) : words.includes(word);

/** "closing brackets: 88% of where it is on, 28% of them all". */
export const fitWords = (what: string, { precision, recall }: Fit): string =>
  t('{0}: they are {1} of where it is on, and it is on at {2} of them', what, coarsePercent(precision), coarsePercent(recall)); // prettier-ignore

export function labelWords({ label }: NeuronCard): string {
  return label ? fitWords(kindQueryWords(label), label) : t('no kind of token fits well enough to name it');
}

export const writtenWords = (tokens: readonly { text: string; logits: number }[]): string =>
  tokens.map(({ text, logits }) => `${t('‘{0}’', readableLabel(text))} ${signedDecimal(logits)}`).join(', ');

export function foundWords({ cards, neurons, labelled, shuffled, texts }: NeuronCards, asked: string): string {
  const found =
    cards.length === 0
      ? t('No neuron is on where {0} is.', asked)
      : asked === ''
        ? t('Neurons that go best with a kind of token: {0}.', cards.length)
        : t('Neurons that go best with {1}: {0}.', cards.length, asked);
  const known =
    texts.count === 0
      ? t('All of this text alone: nothing is held out.')
      : t(
          '{0} of {1} neurons have a name, by rule: chosen in one half of {2} texts ({3} tokens) of this project, and as exact in the other. Percentages are of that other half.',
          integer(labelled),
          integer(neurons),
          texts.count,
          integer(texts.tokens),
        );
  return [found, known, ...(shuffled ? shuffledWords(shuffled, asked) : [])].join(' ');
}

/** What any weights would do. */
function shuffledWords({ labelled, best }: NonNullable<NeuronCards['shuffled']>, asked: string): string[] {
  return [
    t('With the weights shuffled {0} have a name.', `${Math.min(...labelled)}–${Math.max(...labelled)}`),
    ...(best ? [t('The best for this of shuffled weights: {0}.', fitWords(asked, best))] : []),
  ];
}

export function cardTable({ cards }: NeuronCards, caption: string, run: Placed): TableRows {
  const places = (of: NeuronCard['here'], place: (position: number) => string): string =>
    of.map(({ position, token, value }) => `${place(position)}${isolated(token)} ${signedDecimal(value)}`).join(', ');
  return {
    caption,
    columns: [
      t('Layer'),
      t('Neuron'),
      t('Goes with'),
      t('Largest value'),
      t('Strongest in this text'),
      t('Strongest in other texts'),
      t('Writes for'),
      t('Writes against'),
    ],
    rows: cards.map((card) => [
      cell(card.layer),
      neuronName(card),
      labelWords(card),
      cell(card.peak, signedDecimal),
      places(card.here, (position) => `${tokenPlace(run, position)} `),
      places(card.elsewhere, () => ''),
      card.writes ? writtenWords(card.writes.up) : '–',
      card.writes ? writtenWords(card.writes.down) : '–',
    ]),
  };
}
