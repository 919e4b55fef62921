/** Previous, next, play, first, last, jump to error: by buttons and by keys. */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';
import { sourceOf } from './inDocument';
import { moved, wrongSteps, type Move } from './state';
import { stepName } from './words';

/** Milliseconds between steps. */
const PLAY_MS = 1400;

/** Keys that step wherever the focus is, except where text is typed or a control takes them itself. */
const KEYS: Readonly<Record<string, Move>> = {
  ArrowLeft: 'previous',
  ArrowRight: 'next',
  Home: 'first',
  End: 'last',
  e: 'error',
};

export function toolbar(stage: Stage): View {
  let timer: ReturnType<typeof setInterval> | undefined;
  const go = (move: Move): void => {
    const { shown, position } = stage.state;
    if (!shown) return;
    const to = moved(shown, position, move);
    stage.goTo(to, true);
    const wraps = move === 'error' && to <= position;
    setText(said, wraps ? t('That was the last wrong sum: from the first again.') : '');
    if (wraps) stage.say(said.textContent ?? '');
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = '▶';
    play.setAttribute('aria-label', t('Play'));
  };
  const toggle = (): void => {
    if (timer !== undefined) return stop();
    const { shown, position } = stage.state;
    if (!shown) return;
    if (position === shown.steps.length - 1) stage.goTo(0);
    play.textContent = '❚❚';
    play.setAttribute('aria-label', t('Pause'));
    timer = setInterval(() => {
      const { shown: now, position: at } = stage.state;
      if (!now || at >= now.steps.length - 1) return stop();
      go('next');
    }, PLAY_MS);
  };
  // Arrows: the signs of a recorder are coloured emoji with the fonts of some systems.
  const by = (label: string, sign: string, move: Move): HTMLElement =>
    button(label, () => (stop(), go(move)), { sign });
  const play = button(t('Play'), toggle, { sign: '▶' });
  const error = button(t('Jump to error'), () => (stop(), go('error')), { secondary: true });
  const inFile = button(t('Show in the file'), () => stage.openInDocument(stage.state.position), { secondary: true });
  const place = h('span', { class: 'place', 'aria-live': 'off' });
  const said = h('span', { class: 'hint said' });
  const keys = h('span', { class: 'hint keys' }, t('Keys: ← → Home End, Space plays, E jumps to the next error.'));
  const element = h(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': t('Steps'), 'data-section': 'toolbar' },
    by(t('First step'), '⇤', 'first'),
    by(t('Previous step'), '←', 'previous'),
    play,
    by(t('Next step'), '→', 'next'),
    by(t('Last step'), '⇥', 'last'),
    place,
    error,
    inFile,
    said,
    keys,
  );
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !stage.state.shown) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, textarea, select, summary, vscode-radio-group')) return;
    if (event.key === ' ' && !target.closest('button, vscode-button')) {
      event.preventDefault();
      toggle();
      return;
    }
    const move = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!move) return;
    event.preventDefault();
    stop();
    go(move);
  });
  return {
    element,
    begun: stop,
    draw() {
      const { shown, position } = stage.state;
      show(element, shown !== null);
      if (!shown) return;
      setText(place, t('{0} of {1}', stepName(shown, position), shown.steps.length));
      show(error, wrongSteps(shown).length > 0);
      show(inFile, sourceOf(shown) !== null);
    },
  };
}
