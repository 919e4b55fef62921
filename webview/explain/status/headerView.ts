/** One line that stays in sight: what is explained and by which model, and what can be done with what is on show. */
import { h, oncePerFrame, setText, show } from '../../shared/dom';
import { copyIcon, cutIcon, penIcon, saveIcon } from '../../shared/icons';
import { t } from '../../shared/l10n';
import { integer } from '../../shared/numbers';
import { button } from '../../shared/toolkit';
import type { Stage, View } from '../stage';
import { looksBothWays } from '../state/layers';
import type { Run } from '../state/run';
import { placeWords } from '../words';

export interface HeaderActions {
  /** Puts a picture of what is on show on the clipboard. @throws where the browser refuses. */
  copyImage(): Promise<void>;
  exportFile(): void;
  /** Opens or closes the field in which another text can be tried. */
  tryText(): void;
  /** Opens or closes what can be done to what is looked at. */
  intervene(): void;
}

/** `bar`: the tabs, which stand before it; `ages`: by which age of one model. */
export function headerView(stage: Stage, bar: HTMLElement, ages: HTMLElement, actions: HeaderActions): View {
  const place = h('p', { class: 'place' });
  const copy = button(
    t('Copy image'),
    () =>
      void actions.copyImage().then(
        () => said(t('Copied.')),
        () => said(t('The image could not be copied. “Export” saves it as a file.')),
      ),
    { sign: copyIcon() },
  );
  const save = button(t('Export…'), () => actions.exportFile(), { sign: saveIcon() });
  const tryIt = button(t('Try another text, or let it go on'), () => actions.tryText(), { sign: penIcon() });
  const cut = button(t('Intervene: cut, scale or swap what is looked at (x)'), () => actions.intervene(), {
    sign: cutIcon(),
  });
  cut.setAttribute('aria-keyshortcuts', 'x');
  const told = h('span', { class: 'told', 'aria-hidden': 'true' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const said = (words: string): void => {
    stage.say(words);
    setText(told, words);
    clearTimeout(timer);
    timer = setTimeout(() => setText(told, ''), TOLD_MS);
  };
  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run) return;
    show(tryIt, !looksBothWays(run)); // what a model that predicts nothing would be asked
    setText(place, placeLine(run));
    place.title = placeLine(run);
  });
  const element = h(
    'div',
    { class: 'head-line', 'data-section': 'header' },
    bar,
    h('div', { class: 'head-place' }, place, ages, h('div', { class: 'buttons' }, told, tryIt, cut, copy, save)),
  );
  return { element, runChanged: draw, completed: draw };
}

/** How long a short word about what was done stays. */
const TOLD_MS = 2500;

function placeLine({ subject, tokens, modelName, model }: Run): string {
  const parts = [placeWords(subject), t('{0} tokens', integer(tokens.length)), model?.name ?? modelName];
  return parts.join(' · ');
}
