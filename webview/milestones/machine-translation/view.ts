/** chrF by amount of text, the ways side by side, what look-ups cost, and three sentences with where each word was found. */
import {
  controls,
  lookupTime,
  MODELS,
  SHARD_COUNTS,
  WAYS,
  type Example,
  type Lookups,
  type Options,
  type Result,
  type Way,
} from '../../../src/milestones/machine-translation/options';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, duration, integer } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import type { ExperimentView } from '../experimentView';
import { simpleTable } from '../simpleTable';
import { trial } from '../../../src/milestones/machine-translation/trial';

/** Of a trip over a network, for the sums that nobody measured. */
const TRIP_MS = 1;
const SEEK_MS = 10;

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount() {
    const byWords = linePlot({
      title: t('Quality by amount of counted English'),
      hint: t(
        'chrF: how many runs of characters a translation shares with its reference, of 100. Phrases stay the same.',
      ),
      x: { label: t('words counted'), scale: 'log', format: integer },
      y: { label: 'chrF', format: decimal },
    });
    const ways = barPlot({
      title: t('The same sentences, six ways'),
      hint: t('Language models with all the text.'),
      value: { label: 'chrF', domain: [0, undefined], format: decimal },
    });
    const times = barPlot({
      title: t('Look-ups in a table spread over workers'),
      hint: t('Measured on this machine, which has few cores: workers are not machines.'),
      value: { label: t('ms for a thousand look-ups'), domain: [0, undefined], format: decimal },
    });
    const said = h('div', {});
    const examples = h('div', { class: 'sample' });
    return {
      lead: ways.element,
      element: h('div', { class: 'plots' }, byWords.element, times.element, said, examples),
      draw(result, _options, _final, timings = {}) {
        const lines = MODELS.map((name) => ({
          name: wayName(name),
          x: result.sizes.map(({ words }) => words),
          y: result.sizes.map(({ chrf }) => chrf[name]),
          dots: true,
        }));
        byWords.set(lines);
        byWords.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(decimal).join(' → '))).join(' '));
        ways.set(
          WAYS.flatMap((way) => {
            const value = result.ways[way];
            return value === undefined
              ? []
              : [{ name: wayName(way), value, series: (MODELS as readonly Way[]).includes(way) ? 1 : 0 }];
          }),
        );
        times.set(
          SHARD_COUNTS.flatMap((count) =>
            [false, true].flatMap((batched) => {
              const value = timings[lookupTime(count, batched)];
              const name = batched ? t('workers: {0}, batched', count) : t('workers: {0}, one at a time', count);
              return value === undefined ? [] : [{ name, value, series: Number(batched) }];
            }),
          ),
        );
        said.replaceChildren(...saidOf(result));
        examples.replaceChildren(...result.examples.flatMap(exampleParts));
      },
    };
  },
};

function wayName(way: Way): string {
  const names = {
    memory: t('nearest known sentence'),
    dictionary: t('word dictionary'),
    alone: t('phrases, no language model'),
    shuffled: t('phrases, shuffled words'),
    backoff: t('Stupid Backoff'),
    kneserNey: t('Kneser-Ney'),
  };
  return names[way];
}

function saidOf({ sentences, nearDuplicates, sums, lookups }: Result): HTMLElement[] {
  const lines = [
    t(
      '{0} sentences are asked, of entries that nothing was learned from; {1} texts were left out because they are nearly the same as others.',
      sentences,
      integer(nearDuplicates),
    ),
    sums &&
      t(
        'After a history the scores of all words add up to {0} with Stupid Backoff and to {1} with Kneser-Ney: only the latter are probabilities.',
        decimal(sums.backoff),
        decimal(sums.kneserNey),
      ),
    ...(lookups ? tripsSaid(lookups) : []),
  ];
  return lines.flatMap((line) => (line ? [h('p', {}, line)] : []));
}

function tripsSaid({ words, runs, batches, busiest }: Lookups): string[] {
  return [
    t(
      'The longest sentence became {0} words and asked for {1} runs of words: as many trips one at a time, {2} when a step’s go together. With four shards the busiest answers {3} of 100.',
      words,
      integer(runs),
      batches,
      integer(100 * busiest.at(-1)!),
    ),
    t(
      'Simulated, not measured: over a network with {0} a trip that would be {1} or {2}; from a disk with {3} a seek, {4}.',
      duration(TRIP_MS),
      duration(runs * TRIP_MS),
      duration(batches * TRIP_MS),
      duration(SEEK_MS),
      duration(runs * SEEK_MS),
    ),
    t(
      'The told 12 hours can be squared with the told 100,000 disk look-ups for each word: at 10 ms a look-up that is 1,000 s a word, and 43 words take 12 hours. Both, the 10 ms and the 43 words, are chosen by us so that they do.',
    ),
  ];
}

function exampleParts({ chinese, reference, translations, trace }: Example): HTMLElement[] {
  return [
    h('h4', {}, chinese),
    simpleTable(
      t('Six translations and the reference'),
      [t('way'), t('translation')],
      [...WAYS.map((way) => [wayName(way), translations[way]]), [t('reference'), reference]],
    ),
    simpleTable(
      t('Where Stupid Backoff found each word: words of context before it, of four'),
      [t('word'), t('words of context')],
      trace.map(({ text, context }) => [text, context < 0 ? t('unknown word') : String(context)]),
    ),
  ];
}
