/**
 * What of a view’s numbers did the interventions change? Before, after and their difference, side by side on one scale: the
 * same part of every view, which says only what its numbers are. Hidden where the run on show is the model as it is.
 */
import { h, setText, show } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { t } from '../../shared/l10n';
import { integer } from '../../shared/numbers';
import { Lru } from '../../shared/lru';
import { tableTwin, type TableRows } from '../../shared/tableTwin';
import { button } from '../../shared/toolkit';
import { worded } from '../chips';
import { latest, type Host } from '../host';
import { readsAgain } from '../readsAgain';
import type { Stage } from '../stage';
import { keyboardRows } from '../token/barList';
import { byDifference, comparedTable, scaleOf, type Compared, type Pair } from './compared';
import { standsFor } from './things';

const SHOWN = 8;
const KEPT = 64;

/** Asks the run without interventions for what is compared with what the view knows of this one. */
type Question = (before: Host, signal: AbortSignal) => Promise<Compared[]>;

export interface BeforeAfter {
  readonly element: HTMLElement;
  /** What is looked at, by a name of its own: asked for once, and kept. Until it is there, and where it fails, which is said, what was there stays, dimmed, and in no file. */
  look(name: string, question: Question): void;
  /** Another run, or nothing is looked at. */
  clear(): void;
  /** What is on show, for a file: all of it. */
  tables(): TableRows[];
}

/** `reads`: words for what a question reads of a model larger than memory, in bytes a pass; it is then asked first. */
export function beforeAfter(stage: Stage, reads?: (bytesPerPass: number) => string): BeforeAfter {
  const again = readsAgain(stage, { leaves: false });
  const why = h('span');
  const failure = h(
    'p',
    { class: 'hint compared-failed', role: 'status', hidden: true },
    why,
    ' ',
    button(t('Try again'), () => retry(), { secondary: true }),
  );
  const body = h('div', { class: 'compared-parts' });
  const element = h('div', { class: 'before-after', hidden: true });
  const kept = new Lru<Compared[]>(KEPT);
  const ask = latest();
  let wanted: string | null = null;
  let shown: readonly Compared[] = [];
  /** What stands there is of something that was looked at before. */
  const setStale = (isStale: boolean): void => {
    body.classList.toggle('stale', isStale && body.hasChildNodes());
    body.setAttribute('aria-busy', String(isStale));
    if (isStale) shown = [];
  };
  let retry = (): void => {};

  const draw = (found: readonly Compared[]): void => {
    setStale(false);
    shown = found;
    show(failure, false);
    body.replaceChildren(...found.filter(({ pairs }) => pairs.length > 0).map(drawn));
  };

  const fetch = (name: string, question: Question): void => {
    const run = stage.run();
    const own = new AbortController();
    if (reads) again.reading(() => own.abort());
    ask(async (latestOnly) => {
      const signal = AbortSignal.any([latestOnly, own.signal]);
      const stale = (): boolean => latestOnly.aborted || stage.run() !== run;
      try {
        const found = await question(stage.before.host, signal);
        if (stale()) return;
        kept.set(name, found);
        draw(found);
      } catch (thrown) {
        if (stale()) return;
        const reason = own.signal.aborted ? t('Cancelled.') : (thrown as Error).message;
        const words = [t('Before and after could not be compared: {0}', reason)];
        if (body.hasChildNodes()) words.push(t('What stands below is of what was looked at before.'));
        setText(why, words.join(' '));
        body.removeAttribute('aria-busy');
        show(failure, true);
      }
      again.close();
    });
  };

  const clear = (): void => {
    ask(() => Promise.resolve());
    again.close();
    kept.clear();
    wanted = null;
    body.replaceChildren();
    setStale(false);
    shown = [];
    show(failure, false);
    show(element, false);
    element.replaceChildren();
  };

  return {
    element,
    look(name, question) {
      const run = stage.run();
      const isEdited = (run?.explanation?.interventions.length ?? 0) > 0 && run?.before != null;
      show(element, isEdited);
      if (!isEdited || name === wanted) return;
      wanted = name;
      if (!element.hasChildNodes()) element.append(...(reads ? [again.element] : []), failure, body);
      show(failure, false);
      setStale(true);
      const known = kept.get(name);
      ask(() => Promise.resolve());
      again.close();
      if (known) return draw(known);
      retry = () => fetch(name, question);
      if (reads) again.ask(reads, retry);
      else retry();
    },
    clear,
    tables: () => shown.map(comparedTable),
  };
}

function drawn(compared: Compared): HTMLElement {
  const { heading, of, value, change } = compared;
  const pairs = byDifference(compared.pairs);
  const rows = pairs.slice(0, SHOWN);
  const largest = scaleOf(rows);
  const number = (one: number, text: string): HTMLElement =>
    h('td', {}, h('span', { class: 'number' }, text), shareBar(one, { largest }));
  const row = ({ name, before, after, thing }: Pair): HTMLElement => {
    const element = h(
      'tr',
      {},
      h('th', { scope: 'row', title: name }, name),
      number(before, value(before)),
      number(after, value(after)),
      number(after - before, change(after - before)),
    );
    return thing ? standsFor(element, thing) : element;
  };
  const left = pairs.length - rows.length;
  const twin = tableTwin(() => comparedTable(compared));
  const body = h('tbody', {}, ...rows.map(row));
  if (rows.some(({ thing }) => thing)) keyboardRows(body);
  return h(
    'div',
    { 'data-reading': 'compared' },
    h('h3', {}, ...worded(heading)),
    h(
      'table',
      { class: 'compared', 'aria-label': heading },
      h(
        'thead',
        {},
        h('tr', {}, ...[of, t('Before'), t('After'), t('Difference')].map((each) => h('th', { scope: 'col' }, each))),
      ),
      body,
    ),
    ...(left > 0
      ? [h('p', { class: 'hint' }, t('{0} more moved no more than these.', integer(left))), twin.element]
      : []),
  );
}
