/** What is on show as files: data as JSON, a table as CSV, a figure as SVG or PNG, each saying where it comes from. */
import type { Exportable, Exported, WantedExport } from '../../src/protocol/exporting';
import { css } from '../../src/shared/color';
import { csv } from '../shared/csv';
import { t } from '../shared/l10n';
import { pagePicture } from '../shared/pagePicture';
import { pngOf } from '../shared/picture';
import { s } from '../shared/plot/svg';
import { drawnFiner } from '../shared/surface';
import { forFile, type TableRows } from '../shared/tableTwin';
import { theme } from '../shared/theme';
import { xmlCharacters } from '../shared/xmlCharacters';
import { interventionWords } from './interventions/interventionWords';
import type { Stage, View } from './stage';
import { placeWords } from './words';

/** The group that is open. */
export interface OpenGroup {
  name: string;
  label: string;
  views: readonly View[];
  content: HTMLElement;
}

export interface Exports {
  exportable(): Exportable | null;
  exported(wanted: WantedExport, signal: AbortSignal): Promise<Exported | null>;
}

const FORMATS = ['json', 'svg', 'png'] as const;

/** `redraw`: draws all canvases of the page again, in the next frame. */
export function exports(stage: Stage, group: () => OpenGroup, redraw: () => void): Exports {
  const shownViews = (): View[] => group().views.filter(({ element }) => element.offsetParent !== null);
  const named = (view: string | null): View[] =>
    view === null ? shownViews() : shownViews().filter((one) => nameOf(one.element) === view);

  const tables = async (view: string | null, signal: AbortSignal): Promise<{ of: View; table: TableRows }[]> => {
    const found: { of: View; table: TableRows }[] = [];
    for (const of of named(view)) {
      const table = await of.table?.(signal);
      if (table) found.push({ of, table: forFile(table) });
    }
    return found;
  };

  const json = async (view: string | null, signal: AbortSignal): Promise<string> => {
    const views = (await tables(view, signal)).map(({ of, table }) => ({
      name: nameOf(of.element),
      title: titleOf(of.element),
      ...plain(table),
      ...(of.compared && of.compared().length > 0 && { beforeAndAfter: of.compared().map(plain) }),
    }));
    return `${JSON.stringify({ ...originOf(stage), group: group().name, lookingAt: lookingAt(stage), views }, null, 1)}\n`;
  };

  const figure = async (view: string | null): Promise<{ svg: string; width: number; height: number }> => {
    const shown = view === null ? group().content : named(view)[0].element;
    // Controls and open tables leave no hole in the figure.
    document.body.classList.add('figure-only');
    try {
      return await drawnFiner(redraw, () => framed(pagePicture(shown), originLines(stage)));
    } finally {
      document.body.classList.remove('figure-only');
    }
  };

  return {
    exportable() {
      const run = stage.run();
      if (!run?.explanation) return null;
      const views = shownViews().map(({ element, table }) => ({
        name: nameOf(element),
        title: titleOf(element),
        formats: table ? (['json', 'csv', 'svg', 'png'] as const) : FORMATS,
      }));
      return { views, all: { title: group().label, formats: FORMATS } };
    },
    async exported({ format, view }, signal) {
      const run = stage.run();
      if (!run?.explanation || named(view).length === 0) return null;
      const name = `${run.subject.title} ${view ?? group().name}`;
      if (format === 'json') return { name, content: await json(view, signal) };
      if (format === 'csv') {
        const [first] = await tables(view, signal);
        return first ? { name, content: csv(withInterventions(first.table, run.explanation.interventions)) } : null;
      }
      const { svg, width, height } = await figure(view);
      return { name, content: format === 'svg' ? svg : await pngOf(svg, width, height) };
    },
  };
}

const nameOf = (element: HTMLElement): string =>
  element.dataset.section ?? element.querySelector<HTMLElement>('[data-section]')!.dataset.section!;
const titleOf = (element: HTMLElement): string => element.querySelector('h2')?.textContent ?? '';
/** Numbers as they are, not as they are written. */
const plain = (table: TableRows): object => ({
  ...table,
  rows: table.rows.map((cells) => cells.map((one) => (typeof one === 'string' ? one : known(one.value)))),
});
const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Where the numbers come from; `model`, `tokens` as the command line has them. */
function originOf(stage: Stage): Record<string, unknown> {
  const { model, subject, tokens, cut, explanation } = stage.run()!;
  const { name, architecture, quantization, sha256, path, kernel } = model!;
  const bytes = new TextEncoder().encode(subject.text);
  const decoder = new TextDecoder();
  return {
    model: { name, architecture, quantization, sha256, path },
    // The weights' type is the model's; Q, K, V and what is computed from them are kept as 32-bit floats.
    precision: { weights: quantization, trace: 'F32', kernel },
    interventions: explanation!.interventions,
    text: {
      title: subject.title,
      firstLine: subject.firstLine,
      lastLine: subject.lastLine,
      explainedChars: cut?.explainedChars ?? subject.text.length,
    },
    tokens: tokens.map(({ id, start, end, label }) => ({
      id,
      text: start === end ? label : decoder.decode(bytes.subarray(start, end)),
      start,
      end,
    })),
  };
}

function lookingAt({ selection, options }: Stage): Record<string, unknown> {
  const { head, token, direction } = selection;
  return { ...head, token, direction, sinksDimmed: options.dimSinks };
}

/** A table has no other place for what its numbers are of: of an edited run every row says so. */
function withInterventions(table: TableRows, interventions: readonly string[]): TableRows {
  if (interventions.length === 0) return table;
  const { columns, rows } = table;
  const own = interventions.join('; ');
  return { ...table, columns: [...columns, t('Interventions')], rows: rows.map((row) => [...row, own]) };
}

/** Interventions that a figure names. */
const MOST_NAMED = 8;

/** The same in words, under a figure. What is done to an edited run stands first, a line each, where nothing cuts it off. */
function originLines(stage: Stage): string[] {
  const { model, subject, explanation } = stage.run()!;
  const { name, quantization, kernel, sha256 } = model!;
  const { interventions } = explanation!;
  const count = interventions.length;
  const named = interventions.slice(0, count > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED);
  return [
    ...(count > 0 ? [t('An edited run, not what the model does: {0} in force.', count), ...named] : []),
    ...(count > named.length ? [t('and {0} more', count - named.length)] : []),
    `${placeWords(subject)} · ${name}`,
    t('weights {0} · kernel {1} · {2}', quantization, kernel, count > 0 ? t('an edited run') : interventionWords([])),
    `SHA-256 ${sha256 ?? t('hashing…')}`,
  ];
}

/** CSS pixels around the picture, and of a line under it. */
const [MARGIN, LINE] = [12, 16];

function framed(
  { content, width, height }: ReturnType<typeof pagePicture>,
  lines: readonly string[],
): { svg: string; width: number; height: number } {
  const { background, muted } = theme();
  const size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN + lines.length * LINE };
  const font = { 'font-family': getComputedStyle(document.body).fontFamily, 'font-size': 11, fill: css(muted) };
  const svg = s(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, viewBox: `0 0 ${size.width} ${size.height}` },
    s('rect', { width: '100%', height: '100%', fill: css(background) }),
    s('g', { transform: `translate(${MARGIN} ${MARGIN})` }, ...content),
    ...lines.map((line, i) => s('text', { x: MARGIN, y: height + 2 * MARGIN + i * LINE + 4, ...font }, line)),
  );
  return { svg: xmlCharacters(new XMLSerializer().serializeToString(svg)), ...size };
}
