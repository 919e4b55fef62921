/** Bits per byte, clusters, surprisal word by word, "did you mean", and cards for a page. */
import type { ExperimentView } from '../experimentView';
import { simpleTable } from '../simpleTable';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, percent, roundPercent } from '../../shared/numbers';
import { barPlot } from '../../shared/plot';
import {
  controls,
  type Compressor,
  type Options,
  type Result,
  type EditKind,
} from '../../../src/milestones/phil/options';
import { meantView } from './meantView';
import { surprisalView } from './surprisalView';
import { trial } from '../../../src/milestones/phil/trial';
import './phil.css';

const compressors = (): Record<Compressor, string> => ({
  gzip: t('gzip, each file alone'),
  'gzip after what was read': t('gzip, after 32 kB of what was read'),
  brotli: t('brotli, each file alone'),
  'brotli after what was read': t('brotli, after all that was read'),
  xz: t('xz, each file alone'),
  'xz after what was read': t('xz, after all that was read'),
  'back-off': t('back-off word model'),
  'back-off and clusters': t('back-off word model and clusters'),
  transformer: t('the bundled transformer'),
});
const kinds = (): Record<EditKind, string> => ({
  'left out': t('a letter left out'),
  'put in': t('a letter put in'),
  replaced: t('a letter replaced'),
  swapped: t('two letters swapped'),
});

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const summary = h('p', {});
    const compression = barPlot({
      title: t('Bits per byte on files not learned from'),
      hint: t('Fewer is better; plain bytes take 8.'),
      value: { label: t('bits per byte'), domain: [0, undefined], format: decimal },
    });
    const clusters = h('div', {});
    const surprisal = surprisalView();
    const typos = barPlot({
      title: t('Typing errors mended'),
      hint: t('One slip in a word of a text not learned from; mended if the first suggestion is right.'),
      value: { label: t('share mended'), domain: [0, 1], format: roundPercent },
      reference: { value: 0.8, name: t('what we aim for') },
    });
    const meant = meantView(stage);
    const cards = barPlot({
      title: t('Eight words of a file’s second half, found by its first half'),
      hint: t('Mean of 1 ÷ place among the cards of all files kept back; 1 would be always first.'),
      value: { label: t('mean reciprocal place'), domain: [0, 1], format: decimal },
    });
    const matched = h('div', {});
    const body = h(
      'div',
      { class: 'plots' },
      surprisal.element,
      clusters,
      typos.element,
      meant.element,
      cards.element,
      matched,
    );
    return {
      lead: h('div', {}, summary, compression.element),
      element: body,
      draw(result, _options, final) {
        const { from, files, pieces, bytes } = result;
        const told =
          from === 'history'
            ? t(
                'The workspace is small: learned from {0} texts of this history in English, its stories and claims, {1} different words and signs; measured on {2} bytes of others.',
                integer(files),
                integer(pieces),
                integer(bytes),
              )
            : t(
                'Learned from {0} files of the workspace, {1} different words and signs; measured on {2} bytes of others.',
                integer(files),
                integer(pieces),
                integer(bytes),
              );
        for (const each of [compression.element, body]) show(each, files > 0);
        summary.textContent = files > 0 ? told : '';
        show(clusters, result.clusters.length > 0);
        compression.set(
          result.compression.map(({ compressor, bitsPerByte }) => ({
            name: compressors()[compressor],
            value: bitsPerByte,
            series: /^(?:gzip|brotli|xz)/.test(compressor) ? 1 : compressor === 'transformer' ? 2 : 0,
          })),
        );
        surprisal.draw(result.surprisal);
        clusters.replaceChildren(clusterTable(result));
        typos.set(
          result.typos
            .filter(({ asked }) => asked > 0)
            .map(({ kind, asked, found }) => ({
              name: t('{0} ({1})', kinds()[kind], integer(asked)),
              value: found / asked,
            })),
        );
        meant.draw(result.examples, final);
        show(cards.element, result.cards !== null);
        if (result.cards) {
          const { tfIdf, clusters: byClusters, both, chance } = result.cards;
          cards.set([
            { name: t('TF-IDF'), value: tfIdf, series: 1 },
            { name: t('clusters'), value: byClusters, series: 0 },
            { name: t('TF-IDF and clusters'), value: both, series: 0 },
            { name: t('by lot'), value: chance, series: 2 },
          ]);
        }
        matched.replaceChildren(...(result.matched ? [matchTable(result.matched)] : []));
      },
    };
  },
};

function clusterTable({ clusters }: Result): HTMLElement {
  return simpleTable(
    t('Concept clusters, the most used first, with the words that they fire more than others do'),
    [t('share of firings'), t('words')],
    clusters.map(({ share, words }) => [percent(share), words.join(' · ')]),
  );
}

function matchTable({ title, tfIdf, clusters }: NonNullable<Result['matched']>): HTMLElement {
  return simpleTable(
    t('Texts that fit “{0}” best', title),
    [t('place'), t('TF-IDF'), t('clusters')],
    tfIdf.map((name, at) => [String(at + 1), name, clusters[at]]),
  );
}
