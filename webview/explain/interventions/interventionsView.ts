/**
 * What this run does otherwise than the model would: the list of interventions, in words and in canonical form, on top of
 * every view while there is one, and, once it is asked for, what can be done to what is looked at.
 */
import type { Edit } from '../../../src/protocol/edit';
import { readLines, type Listed } from '../../../src/protocol/editLines';
import { printEdit } from '../../../src/protocol/editText';
import { toProblem } from '../../../src/protocol/problem';
import { freshId, h, oncePerFrame, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { button } from '../../shared/toolkit';
import { worded } from '../chips';
import { hasInfluence, looksBothWays, mixerOf, windowOf } from '../state/layers';
import type { Stage, View } from '../stage';
import { asNnsight } from './asNnsight';
import { asPython } from './asPython';
import type { InterveneAct } from '../../../src/protocol/panelApi';
import { tokenPlace } from '../words';
import { EditList } from './editList';
import { editWords, wrongWords } from './editWords';
import { lookedAt, offers, type Around } from './offers';
import { offersMenu } from './offersMenu';
import { thingAt, thingWords, type Thing } from './things';

/** Lines that the field shows at once. */
const MOST_ROWS = 8;

export interface InterventionsView extends View {
  /** Another view's offer: it comes into force. */
  add(...edits: Edit[]): void;
  /**
   * Does it to what the context menu was opened on (`here`), or opens what can be done to that; not `here`: to what is
   * looked at.
   */
  act(act: InterveneAct, here: boolean): void;
  /** The list as text, those that are off with a # before them; for whoever keeps it. */
  readonly kept: string;
  /** A list that was kept: what of it was in force comes into force again where the run is as it is. */
  restore(kept: string): void;
  /** Opens what can be done to what is looked at, or closes it. */
  toggle(): void;
  /** A run ended: what is listed is what is in force. */
  settled(): void;
}

export function interventionsView(stage: Stage): InterventionsView {
  const { selection, host } = stage;
  const list = new EditList(() => {
    draw();
    void host.call('intervene', { edits: list.inForce }).catch(() => settled());
  });
  const banner = h('p', { class: 'words edited-banner', role: 'status' });
  const rows = h('ol', { class: 'edit-list', 'aria-label': t('Interventions') });
  const [off, on, undo, clear] = [
    button(t('Show the run as it is'), () => list.toggleAll(false), { secondary: true }),
    button(t('Show the edited run'), () => list.toggleAll(true), { secondary: true }),
    button(t('Undo'), () => list.undo(), { secondary: true }),
    button(t('Remove all'), () => list.clear(), { secondary: true }),
  ];
  const copy = (make: () => string, label: string): HTMLElement =>
    button(
      label,
      () =>
        void host
          .call('copy', { text: make() })
          .then(() => stage.say(t('Copied.')))
          .catch(() => {}),
      { secondary: true },
    );
  const ofRun = (): { text: string; tokens: number; prependsBos: boolean } => {
    const run = stage.run();
    const [first] = run?.tokens ?? [];
    // What the model adds has no place in the text.
    const prependsBos = first !== undefined && first.start === first.end;
    return { text: run?.subject.text ?? '', tokens: run?.tokens.length ?? 0, prependsBos };
  };
  const edits = (): Edit[] => list.all.filter((listed) => listed.on).map(({ edit }) => edit);
  const tools = h(
    'div',
    { class: 'edit-tools' },
    off,
    on,
    undo,
    clear,
    copy(() => list.text, t('Copy as text')),
    button(t('Save…'), () => void host.call('saveEdits', { text: list.text }).catch(() => {}), { secondary: true }),
    copy(() => asPython(edits(), ofRun()), t('Copy as Python')),
    copy(() => asNnsight(edits(), ofRun()), t('Copy for nnsight')),
  );

  const choices = offersMenu((...chosen) => list.add(...chosen));
  const about = h('p', { class: 'edit-about' });
  const aboutAll = button(t('What is looked at instead'), () => openOn(null), { secondary: true });
  // Of several lines when several are pasted.
  const field = h('textarea', {
    class: 'edit-field',
    rows: 1,
    spellcheck: 'false',
    'aria-label': t('Interventions in canonical form, one a line'),
    placeholder: 'blocks.2.attn.hook_pattern[head=5,dst=41,src=17] = knockout',
  });
  const wrong = h('p', { class: 'edit-wrong', role: 'alert' });
  /** All that the text names, or nothing and what is wrong with it. `file`: the one that it stands in. */
  const read = (text: string, file?: string): Listed[] | null => {
    try {
      const { list: found, wrong: lines, lines: count } = readLines(text);
      const isNothing = file !== undefined && found.length === 0;
      setText(wrong, isNothing ? t('“{0}” names no intervention.', file) : wrongWords(lines, count, file));
      return lines.length > 0 || isNothing ? null : found;
    } catch (thrown) {
      setText(wrong, toProblem(thrown).message);
      return null;
    }
  };
  const fit = (): void => void (field.rows = Math.min(MOST_ROWS, field.value.split('\n').length));
  const type = (): void => {
    const found = read(field.value);
    if (!found) return;
    field.value = '';
    fit();
    list.add(...found.map(({ edit }) => edit));
  };
  field.addEventListener('input', fit);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    type();
  });
  const open = async (): Promise<void> => {
    const file = await host.call('openEdits', {}).catch(() => null);
    const found = file && read(file.text, file.name);
    if (found) list.replace(found);
  };
  const menu = h(
    'div',
    { class: 'edit-menu', hidden: true },
    h('h2', {}, t('Cut, scale or swap what is looked at')),
    h('div', { class: 'edit-typed' }, about, aboutAll),
    choices.element,
    h(
      'div',
      { class: 'edit-typed' },
      field,
      button(t('Add'), type, { secondary: true }),
      button(t('Open…'), () => void open(), { secondary: true }),
    ),
    wrong,
  );
  const title = h('h2', { id: freshId('interventions-title'), class: 'only-read-out' }, t('Interventions'));
  const element = h(
    'section',
    { class: 'view full interventions', 'data-section': 'interventions' },
    title,
    banner,
    rows,
    tools,
    menu,
  );

  const draw = oncePerFrame(() => {
    const run = stage.run();
    const isBusy = list.all.length > 0 || list.canUndo || !menu.hidden;
    // While nothing is done to the run and nobody asks for it, nothing stands before what there is to read.
    show(element, run?.explanation != null && (isBusy || run.explanation.interventions.length > 0));
    if (!run?.explanation) return;
    const inForce = run.explanation.interventions.length;
    show(banner, inForce > 0);
    setText(banner, inForce > 0 ? t('An edited run, not what the model does: {0} in force.', inForce) : '');
    element.classList.toggle('edited', inForce > 0);
    const { all } = list;
    show(rows, all.length > 0);
    show(tools, all.length > 0 || list.canUndo);
    show(off, list.inForce.length > 0);
    show(
      on,
      all.some((listed) => !listed.on),
    );
    undo.toggleAttribute('disabled', !list.canUndo);
    rows.replaceChildren(...all.map(row));
    drawMenu();
  });

  const row = ({ edit, on: isOn }: Listed, index: number): HTMLElement => {
    const words = editWords(edit, stage.run()!);
    const box = h('input', { type: 'checkbox', 'aria-label': t('In force: {0}', words) });
    box.checked = isOn;
    box.addEventListener('change', () => list.toggle(index));
    const act = (sign: string, label: string, does: () => void): HTMLElement =>
      h(
        'button',
        { type: 'button', class: 'edit-act', title: label, 'aria-label': `${label}: ${words}`, onclick: does },
        sign,
      );
    return h(
      'li',
      { class: isOn ? '' : 'off' },
      box,
      h('span', { class: 'edit-words' }, ...worded(words)),
      h('code', {}, printEdit(edit)),
      act('↑', t('Earlier'), () => list.move(index, -1)),
      act('↓', t('Later'), () => list.move(index, 1)),
      act('×', t('Remove'), () => list.remove(index)),
    );
  };

  /** What the menu is about; null: what is looked at. */
  let thing: Thing | null = null;
  /** What the context menu was last opened on. */
  let pointedOn: Thing | null = null;

  const around = (): Around | null => {
    const run = stage.run();
    if (!run?.explanation || !run.model) return null;
    const layers = run.model.layerCards.map(({ feedForward }, layer) => ({
      heads: mixerOf(run, layer)?.heads ?? run.model!.heads,
      lookless: hasInfluence(run, layer),
      window: windowOf(run, layer),
      networkless: feedForward === 'none',
    }));
    return {
      query: selection.query,
      tokens: run.tokens.length,
      place: (token) => tokenPlace(run, token),
      layers,
      experts: run.experts,
      bothWays: looksBothWays(run),
    };
  };

  const drawMenu = (): void => {
    const [run, near] = [stage.run(), around()];
    if (menu.hidden || !run || !near) return;
    show(about, thing !== null);
    show(aboutAll, thing !== null);
    setText(about, thing ? thingWords(thing, run) : '');
    const { head, query } = selection;
    choices.draw(thing ? [thing] : lookedAt(head, query, selection.other, near), near);
  };
  const openOn = (on: Thing | null): void => {
    thing = on;
    show(menu, true);
    draw();
    element.scrollIntoView({ block: 'nearest' });
    requestAnimationFrame(() => requestAnimationFrame(() => choices.focus() || field.focus()));
  };

  // VS Code's menu is opened by the same event, after this: it shows what is possible there.
  let byKey = false;
  addEventListener(
    'keydown',
    ({ key, shiftKey }) => void (byKey = key === 'ContextMenu' || (key === 'F10' && shiftKey)),
    true,
  );
  addEventListener('pointerdown', () => void (byKey = false), true);
  addEventListener(
    'contextmenu',
    (event) => {
      const from = byKey ? document.activeElement : event.target;
      const on = around() && from instanceof Element ? thingAt(from, byKey ? null : event) : null;
      byKey = false;
      pointedOn = on;
      document.body.dataset.vscodeContext = JSON.stringify({ thing: on?.kind ?? 'none' });
    },
    true,
  );

  const settled = (): void => {
    list.adopt(stage.run()?.explanation?.interventions ?? []);
    draw();
  };

  addEventListener('keydown', (event) => {
    const { target } = event;
    const typing =
      target instanceof Element && target.matches('textarea, input:not([type="radio"], [type="checkbox"])');
    if (event.key !== 'x' || event.ctrlKey || event.metaKey || event.altKey || typing || event.defaultPrevented) return;
    // Where the keyboard stands on something, it is meant.
    const focused = event.target instanceof Element && event.target.matches(':focus') ? event.target : null;
    openOn(focused && thingAt(focused, null));
  });

  const view: InterventionsView = {
    element,
    runChanged: draw,
    completed: settled,
    selectionChanged: draw,
    settled,
    add: (...added) => list.add(...added),
    toggle() {
      if (menu.hidden) return openOn(null);
      thing = null;
      show(menu, false);
      draw();
    },
    act(act, here) {
      const [on, near, run] = [here ? pointedOn : null, around(), stage.run()];
      if (!near || !run) return;
      const offer = on && act !== 'open' ? offers(on, near).find((each) => each.act === act) : undefined;
      if (!offer) return openOn(on);
      list.add(...offer.edits);
      stage.say(offer.edits.map((edit) => editWords(edit, run)).join(', '));
    },
    get kept() {
      return list.text;
    },
    restore(kept) {
      list.restore(kept, stage.run()?.explanation?.interventions ?? []);
      draw();
    },
    table: () => {
      const run = stage.run();
      if (!run?.explanation || list.all.length === 0) return null;
      return {
        caption: t('Interventions'),
        columns: [t('In force'), t('In words'), t('Canonical form')],
        rows: list.all.map(({ edit, on: isOn }) => [isOn ? t('yes') : t('no'), editWords(edit, run), printEdit(edit)]),
      };
    },
  };
  return view;
}
