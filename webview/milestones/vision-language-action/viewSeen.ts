/** Four instructions: their tables, what the answer reads, where it points, and what the loop says on its topics. */
import {
  DIRECTIONS,
  PICTURE,
  SIDE,
  VERBS,
  type Action,
  type Seen,
} from '../../../src/milestones/vision-language-action/options';
import { freshId, h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, roundPercent } from '../../shared/numbers';
import { heatGrid } from '../../shared/plot';
import { button } from '../../shared/toolkit';
import { thumbnails } from '../drawingPad/thumbnails';
import type { Log, ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import { simpleTable } from '../simpleTable';

/** How bright the cells are that the arm drives over, and those that a thing is moved over. */
const [REACHED, MOVED] = [45, 90];
/** Characters of a message that are shown of it folded, and of a text within it unfolded: a picture has thousands. */
const [FOLDED, UNFOLDED] = [48, 160];
/** Left out of a folded message: alike in all of them. */
const ALIKE = ['header', 'orientation', 'layout', 'is_bigendian'];

export function seenView(stage: ViewStage): {
  element: HTMLElement;
  draw(seen: readonly Seen[], final: boolean): void;
  /** Of the chosen instruction. */
  log(): Log;
} {
  let all: readonly Seen[] = [];
  const tables = thumbnails({
    title: t('Four tables, and where the arm drives'),
    hint: t('The net names the thing and the side; A* finds the way around all else. Grey cells: the arm’s way, then the thing’s.'), // prettier-ignore
    side: PICTURE,
    zoom: 2,
    captions: true,
  });
  const id = freshId('instruction');
  const chosen = h('select', { id, class: 'field', onchange: () => redraw() });
  const reads = heatGrid({
    title: t('What two tokens of the action attend to'),
    hint: t('Mean over heads and layers; the rest goes to patches and to the other tokens.'),
    value: t('share'),
    kind: 'amount',
    format: roundPercent,
    numbers: true,
  });
  const between = heatGrid({
    title: t('Attention of words to patches'),
    hint: t('Mean over heads and layers. The last column is all empty cells together.'),
    value: t('share'),
    kind: 'amount',
    format: roundPercent,
    numbers: true,
  });
  const points = heatGrid({
    title: t('Which word points at which patch'),
    hint: t('A word and a patch that are near in the space that captions taught; all together are 100%.'),
    value: t('share'),
    kind: 'amount',
    format: roundPercent,
    numbers: true,
  });
  const pointed = heatGrid({
    title: t('Where the net points'),
    hint: t('Probability of each cell of the table.'),
    value: t('share'),
    kind: 'amount',
    columnLabel: t('column'),
    rowLabel: t('row'),
    format: roundPercent,
    numbers: true,
  });
  const log = h('div', { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': t('The loop’s messages') });
  const save = button(t('Save as MCAP'), () => void saved().catch(() => {}), { secondary: true });
  save.dataset.action = 'save-log';
  const element = h(
    'div',
    { class: 'plots' },
    tables.element,
    h('p', {}, h('label', { for: id }, t('Instruction')), ' ', chosen, ' ', save),
    points.element,
    pointed.element,
    reads.element,
    between.element,
    log,
  );
  async function saved(): Promise<void> {
    if (await stage.saveLog()) stage.say(t('Saved.'));
  }
  let restored = false;
  function redraw(): void {
    const seen = all[chosen.selectedIndex];
    if (!seen) return;
    const slots = [t('what'), t('to which side')];
    const patches = [...seen.things.map(({ kind }) => kind), t('empty')];
    reads.set({ rows: slots, columns: seen.words, values: seen.reads });
    between.set({ rows: seen.words, columns: patches, values: seen.attention });
    points.set({ rows: seen.words, columns: patches, values: seen.points });
    const places = Array.from({ length: SIDE }, (_, at) => String(at + 1));
    pointed.set({ rows: places, columns: places, values: places.map((_, row) => seen.pointed.slice(row * SIDE, (row + 1) * SIDE)) }); // prettier-ignore
    log.replaceChildren(
      simpleTable(
        t('The loop’s messages'),
        [t('seconds of the simulation'), t('topic and type'), t('message')],
        seen.log.map(({ time, topic, type, message }) => [
          decimal(time),
          h('div', {}, topic, h('br'), ...breakable(type)),
          folded(message),
        ]),
        [1, 2],
      ),
    );
  }
  return {
    element,
    draw(seen, final) {
      all = seen;
      show(element, seen.length > 0);
      show(save, final);
      if (seen.length === 0) return;
      tables.set(joined(seen.map(picture)), seen.map(caption));
      const at = chosen.selectedIndex;
      chosen.replaceChildren(...seen.map(({ words }, place) => h('option', { value: String(place) }, words.join(' '))));
      chosen.selectedIndex = Math.max(0, at);
      if (!restored) keptField(stage.kept, 'instruction', chosen);
      restored = true;
      redraw();
    },
    log: () => ({ title: t('table-top'), read: () => stage.ask({ seen: chosen.selectedIndex }) }),
  };
}

const short = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** May go on in another line after each of its parts. */
const breakable = (type: string): (string | HTMLElement)[] => type.split(/(?<=\/)/).flatMap((part) => [part, h('wbr')]);

/** A message in a line; if that is not all of it, it can be unfolded. */
function folded(message: object): string | HTMLElement {
  const whole = JSON.stringify(message);
  if (whole.length <= FOLDED) return whole;
  const brief = JSON.stringify(message, (key, value: unknown) => (ALIKE.includes(key) ? undefined : value));
  const text = JSON.stringify(message, (_, value: unknown) => (typeof value === 'string' ? short(value, UNFOLDED) : value), 1); // prettier-ignore
  return h('details', { class: 'message' }, h('summary', {}, short(brief, FOLDED)), h('pre', { tabindex: 0 }, text));
}

function caption({ words, wanted, done }: Seen): string {
  const said = words.join(' ');
  const same = wanted.verb === done.verb && wanted.cell === done.cell && wanted.direction === done.direction;
  return same ? t('“{0}”: obeyed', said) : t('“{0}”: wanted {1}, does {2}', said, actionName(wanted), actionName(done));
}

function actionName({ verb, cell, direction }: Action): string {
  const verbs = [t('take'), t('push'), t('carry'), t('turn')];
  const sides = [t('left'), t('right'), t('up'), t('down'), ''];
  const place = t('column {0}, row {1}', (cell % SIDE) + 1, Math.floor(cell / SIDE) + 1);
  return t('{0} {1} ({2})', verbs[VERBS.indexOf(verb)], sides[DIRECTIONS.indexOf(direction)], place);
}

/** The table with the ways shaded below what lies on it. */
function picture({ pixels, reach, moved }: Seen): Uint8Array {
  const shaded = new Map<number, number>();
  for (const cell of reach ?? []) shaded.set(cell, REACHED);
  for (const cell of moved.length > 1 ? moved : []) shaded.set(cell, MOVED);
  const patch = PICTURE / SIDE;
  return pixels.map((value, at) => {
    const cell = Math.floor(at / PICTURE / patch) * SIDE + Math.floor((at % PICTURE) / patch);
    return Math.max(value, shaded.get(cell) ?? 0);
  });
}

function joined(pictures: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pictures.length * PICTURE ** 2);
  pictures.forEach((each, at) => all.set(each, at * PICTURE ** 2));
  return all;
}
