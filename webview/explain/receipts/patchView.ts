/**
 * Two texts: another token in the place of one, or another text of as many tokens; what of the run as it is brings its answer back, place
 * by place, and how they differ token by token. Blank where the two answers are hardly apart.
 */
import { printEdit } from '../../../src/protocol/editText';
import type { PatchedTexts, Patching, PatchSite } from '../../../src/protocol/patching';
import { readableLabel, shortened } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { coarsePercent, decimal, roundPercent, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin, type TableRows } from '../../shared/tableTwin';
import { button, progressRing } from '../../shared/toolkit';
import { setWords, worded } from '../chips';
import { standsFor } from '../interventions/things';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { placeCell, tokenPlace, quoted } from '../words';

type Way = keyof Patching['patched'];

/** CSS pixels of a cell, at most and at least; the canvas is as wide as it needs. */
const [CELL, LEAST_CELL, WIDEST] = [14, 4, 900];

interface Shown {
  found: PatchedTexts;
  site: PatchSite;
  way: Way;
}

export function patchView(stage: Stage): View {
  const title = h('h2', { id: freshId('patch-title') }, t('Two texts'));
  const field = h('input', {
    type: 'text',
    class: 'edit-field',
    spellcheck: 'false',
    'aria-label': t('The other token'),
  });
  const otherText = h('textarea', {
    class: 'edit-field',
    rows: 2,
    spellcheck: 'false',
    'aria-label': t('The other text'),
    placeholder: t('or another text of as many tokens'),
  });
  const [site, way] = [
    select(t('What is patched'), Object.entries(siteNames())),
    select(t('Which way'), [
      ['denoising', t('denoising: from this text into the other')],
      ['noising', t('noising: from the other into this text')],
    ]),
  ];
  const where = h('span', {});
  const words = h('p', { class: 'words', role: 'status' });
  const waiting = h(
    'div',
    { class: 'notice busy' },
    progressRing(),
    h('span', { class: 'words' }, t('Patching place by place…')),
  );
  const canvas = h('canvas', { class: 'patch-map', role: 'img', 'aria-labelledby': title.id });
  const readout = h('p', { class: 'words' });
  const table = tableTwin(() => {
    const run = stage.run();
    return run && shown ? patchTable(run, shown) : null;
  });
  let shown: Shown | null = null;
  let running: AbortController | undefined;

  /** A map that is there stays until another takes its place. */
  const ask = (text: string | null): void => {
    const run = stage.run();
    if (!run?.explanation) return;
    const asked = { site: site.value as PatchSite, way: way.value as Way };
    const edit = printEdit({ site: 'tokens', pos: stage.selection.query, do: 'text', text: field.value });
    running?.abort();
    const { signal } = (running = new AbortController());
    show(waiting, true);
    setWords(words, '');
    draw();
    stage.host
      .call('patch', { corrupted: text === null ? { edits: [edit] } : { text }, ...asked }, { signal })
      .then((found) => {
        if (stage.run() !== run) return;
        shown = { found, ...asked };
        setWords(words, sentence(found, text === null ? edit : t('Another text')));
        apart.replaceChildren(differencesTable(run, found));
      })
      .catch((thrown: Error) => {
        if (!signal.aborted) setWords(words, thrown.message);
      })
      .finally(() => {
        if (signal.aborted) return;
        show(waiting, false);
        draw();
      });
  };
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') ask(null);
  });
  const takeSelection = async (): Promise<void> => {
    const text = await stage.host.call('selectedText', {}).catch(() => null);
    if (text === null) return setWords(words, t('Select the other text in an editor first.'));
    otherText.value = text;
    ask(text);
  };
  const apart = h('div', { class: 'patch-texts' });
  show(waiting, false);
  const edited = h('p', { class: 'hint' }, t('Two texts are compared in the run as it is: switch the interventions off to see them.')); // prettier-ignore
  const asking = h(
    'div',
    {},
    h(
      'div',
      { class: 'edit-typed' },
      where,
      field,
      site,
      way,
      button(t('Patch'), () => ask(null)),
    ),
    h(
      'div',
      { class: 'edit-typed' },
      otherText,
      button(t('Patch with this text'), () => ask(otherText.value), { secondary: true }),
      button(t('Take the editor’s selection'), () => void takeSelection(), { secondary: true }),
    ),
    words,
    waiting,
    canvas,
    readout,
    apart,
    table.element,
  );
  const element = h('section', { class: 'view full', 'data-section': 'patch' }, h('header', {}, title), edited, asking);

  const draw = oncePerFrame(() => {
    const run = stage.run();
    const isEdited = (run?.explanation?.interventions.length ?? 0) > 0;
    show(element, run?.explanation != null);
    show(edited, isEdited);
    show(asking, !isEdited);
    if (!run?.explanation || isEdited) return;
    const { query } = stage.selection;
    setWords(where, t('Instead of token {0} {1}:', tokenPlace(run, query), quoted(run.tokens[query])));
    show(canvas, shown !== null);
    show(apart, shown !== null);
    show(table.element, shown !== null);
    setWords(readout, '');
    if (shown) paint(canvas, shown, run.tokens.length);
    table.invalidate();
  });

  standsFor(canvas, (_, event) => {
    const run = stage.run();
    const at = event && shown && run && cellAt(canvas, shown, run.tokens.length, event);
    if (!at || !shown) return null;
    const { layer, head } = shown.found.sites[at.index];
    return head === undefined ? { kind: 'layer', layer } : { kind: 'head', layer, head };
  });
  canvas.addEventListener('pointermove', (event) => {
    const run = stage.run();
    if (!shown || !run) return;
    const at = cellAt(canvas, shown, run.tokens.length, event);
    if (!at) return setWords(readout, '');
    const { layer, head, position } = shown.found.sites[at.index];
    const share = shown.found.normalised[shown.way][at.index];
    const place = head === undefined ? t('layer {0}', layer) : t('layer {0} head {1}', layer, head);
    setWords(
      readout,
      t(
        '{0} at token {1} {2}: {3}',
        place,
        tokenPlace(run, position),
        quoted(run.tokens[position]),
        share === null ? '–' : roundPercent(share),
      ),
    );
    stage.selection.change({ pointed: position });
  });
  canvas.addEventListener('pointerleave', () => stage.selection.change({ pointed: null }));

  return {
    element,
    table: table.all,
    runChanged() {
      running?.abort();
      show(waiting, false);
      shown = null;
      setWords(words, '');
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    themeChanged: draw,
    shown: draw,
  };
}

const siteNames = (): Record<PatchSite, string> => ({
  resid_pre: t('the stream before each layer'),
  attn_out: t('what attention adds'),
  mlp_out: t('what the feed-forward part adds'),
  resid_post: t('the stream behind each layer'),
  z: t('each head’s output'),
});

function select(label: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return h('select', { 'aria-label': label }, ...options.map(([value, words]) => h('option', { value }, words)));
}

function sentence(
  { clean, corrupted, target, foil, normalised: { denoising, noising } }: Patching,
  what: string,
): string {
  const [one, other] = [target, foil].map(({ text }) => t('‘{0}’', readableLabel(text)));
  const words = t(
    '{0}: {1} against {2} at the end of the text goes from {3} to {4} logits.',
    what,
    one,
    other,
    signedDecimal(clean),
    signedDecimal(corrupted),
  );
  const isBlank = [...denoising, ...noising].every((share) => share === null);
  return isBlank ? `${words} ${t('The gap is too small for shares.')}` : words;
}

/** Rows are layers, or heads of layers; columns are tokens from the first that differs on. */
function layout({ found }: Shown, tokens: number): { rows: number; cols: number; width: number; height: number } {
  const cols = tokens - found.firstDifference;
  const rows = found.sites.length / cols;
  const width = Math.max(LEAST_CELL, Math.min(CELL, Math.floor(WIDEST / cols)));
  return { rows, cols, width, height: rows > 16 ? 6 : CELL };
}

function paint(canvas: HTMLCanvasElement, shown: Shown, tokens: number): void {
  const { rows, cols, width, height } = layout(shown, tokens);
  const scale = 2;
  canvas.width = cols * width * scale;
  canvas.height = rows * height * scale;
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  // VS Code's orange lets two thirds of what is behind it through: both signs are to be as strong.
  const [more, less] = ['--vscode-charts-blue', '--vscode-charts-orange'].map(
    (name) => `rgb(from ${style.getPropertyValue(name) || style.color} r g b / 1)`,
  );
  context.scale(scale, scale);
  shown.found.normalised[shown.way].forEach((share, index) => {
    if (share === null) return;
    context.globalAlpha = Math.min(1, Math.abs(share));
    context.fillStyle = share < 0 ? less : more;
    context.fillRect((index % cols) * width, Math.floor(index / cols) * height, width - 0.5, height - 0.5);
  });
}

function cellAt(
  canvas: HTMLCanvasElement,
  shown: Shown,
  tokens: number,
  { offsetX, offsetY }: MouseEvent,
): { index: number } | null {
  const { rows, cols } = layout(shown, tokens);
  const col = Math.floor((offsetX / canvas.clientWidth) * cols);
  const row = Math.floor((offsetY / canvas.clientHeight) * rows);
  return col >= 0 && col < cols && row >= 0 && row < rows ? { index: row * cols + col } : null;
}

/** What stands where, how expected it was, and what is expected next, in either text. */
function differencesTable(run: Run, { differences }: PatchedTexts): HTMLElement {
  const expected = (logProbability: number | null): string =>
    logProbability === null ? '' : coarsePercent(Math.exp(logProbability));
  const named = (label: string): string => t('‘{0}’', shortened(readableLabel(label), 24));
  const heads = [t('Token'), t('this text'), t('the other'), t('expected here'), t('expected there'), t('next here'), t('next there')]; // prettier-ignore
  return h(
    'table',
    { class: 'receipt-table', 'data-reading': 'differences' },
    h('caption', {}, t('Token by token, from the first that differs')),
    h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h(
      'tbody',
      {},
      ...differences.map(({ position, clean, corrupted }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, tokenPlace(run, position)),
          ...[
            named(clean.text),
            named(corrupted.text),
            expected(clean.logProbability),
            expected(corrupted.logProbability),
            named(clean.next),
            named(corrupted.next),
          ].map((words) => h('td', {}, ...worded(words))),
        ),
      ),
    ),
  );
}

function patchTable(run: Run, { found, site, way }: Shown): TableRows {
  return {
    caption: t(
      'Share of the difference, {0}, {1}',
      siteNames()[site],
      way === 'denoising' ? t('brought back') : t('taken away'),
    ),
    columns: [t('Layer'), t('Head'), t('Position'), t('Token'), t('Share'), t('Logits')],
    rows: found.sites.map(({ layer, head, position }, i) => [
      cell(layer),
      head === undefined ? '' : cell(head),
      placeCell(run, position),
      run.tokens[position].label,
      found.normalised[way][i] === null ? '–' : cell(found.normalised[way][i], decimal),
      cell(found.patched[way][i], signedDecimal),
    ]),
  };
}
