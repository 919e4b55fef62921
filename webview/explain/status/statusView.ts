/** What is under way, what went wrong, and what the person can do about it. Stays in sight while the page scrolls. */
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { byteCount } from '../../../src/shared/modelFigures';
import { duration, integer, roundPercent } from '../../shared/numbers';
import { button } from '../../shared/toolkit';
import type { Host } from '../host';
import { layersDone, type PanelState } from '../state/run';

export interface StatusView {
  readonly element: HTMLElement;
  draw(): void;
}

export function statusView(state: PanelState, host: Host, say: (text: string) => void): StatusView {
  const act = (what: 'cancel' | 'retry' | 'chooseModel' | 'explainVisible') => () =>
    void host.call(what, {}).catch(() => {});
  const words = h('span', { class: 'words' });
  const bar = h('progress', { max: 1, 'aria-label': t('Progress') });
  const began = new Clock();
  const busy = h('div', { class: 'notice busy' }, words, bar, button(t('Cancel'), act('cancel'), { secondary: true }));
  const message = h('span', { class: 'words' });
  const retry = button(t('Try again'), act('retry'));
  const failed = h(
    'div',
    { class: 'notice failed', role: 'alert' },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, '⚠'),
    message,
    retry,
    button(t('Choose model…'), act('chooseModel'), { secondary: true }),
  );
  const cancelled = h(
    'div',
    { class: 'notice cancelled' },
    h('span', { class: 'words' }, t('Cancelled.')),
    button(t('Explain again'), act('retry'), { secondary: true }),
  );
  const stale = h(
    'div',
    { class: 'notice stale' },
    h('span', { class: 'words' }, t('The text has changed since. What you see is about the text before.')),
    button(t('Explain again'), act('retry'), { secondary: true }),
  );
  const cutWords = h('span', { class: 'words' });
  const cut = h(
    'div',
    { class: 'notice cut' },
    cutWords,
    button(t('Explain the visible part'), act('explainVisible'), { secondary: true }),
  );
  const streamedWords = h('span', { class: 'words' });
  const streamed = h('div', { class: 'notice streamed' }, streamedWords);
  const farWords = h('span', { class: 'words' });
  const far = h('div', { class: 'notice far' }, farWords);
  const notices = [busy, failed, cancelled, stale, cut, streamed, far];
  const element = h('div', { class: 'status', 'data-section': 'status' }, ...notices);
  /** Tokens of the longest texts in training, by the model's file: a run is told of them after it has ended, the next at once. */
  const trainedOn = new Map<string, number>();
  let said = '';

  return {
    element,
    draw() {
      const { outcome, shown } = state;
      const stage = busyStage(state);
      show(busy, stage !== null);
      if (stage) {
        const left = began.left(stage.milestone, stage.share);
        setText(words, left === null ? stage.words : `${stage.words} · ${t('{0} left', duration(left))}`);
        if (stage.share === null) bar.removeAttribute('value');
        else bar.value = stage.share;
      } else began.stop();
      // Every step would be too much to listen to.
      if (stage && stage.milestone !== said) say(stage.milestone);
      said = stage?.milestone ?? '';
      show(failed, outcome?.kind === 'failed');
      setText(message, outcome?.kind === 'failed' ? outcome.message : '');
      show(retry, outcome?.kind === 'failed' && outcome.canRetry);
      show(cancelled, outcome?.kind === 'cancelled');
      show(stale, state.stale && stage === null && shown !== null);
      const bytesPerPass = (state.busy?.run.model ?? shown?.model)?.bytesPerPass;
      show(streamed, bytesPerPass !== undefined);
      if (bytesPerPass !== undefined) {
        setText(
          streamedWords,
          t(
            'This model does not fit into the memory that there is for it: its layers are read from the disk one by one, {0} for each run through all of them. What is asked of a single token reads them again.',
            byteCount(bytesPerPass),
          ),
        );
      }
      const { path = '', training } = shown?.model ?? {};
      if (training) trainedOn.set(path, training.context);
      const trained = trainedOn.get(path) ?? Infinity;
      const length = shown?.tokens.length ?? 0;
      show(far, length > trained);
      if (length > trained) {
        setText(
          farWords,
          t(
            'The model was trained on texts of up to {0} tokens, and {1} are explained: what it expects farther on is less sure.',
            integer(trained),
            integer(length),
          ),
        );
      }
      show(cut, shown?.cut != null);
      if (shown?.cut) {
        const { explainedChars, totalChars, maxTokens } = shown.cut;
        setText(
          cutWords,
          t(
            'Only the beginning is explained: {0} of {1} characters. At most {2} tokens are explained at once (a setting).',
            integer(explainedChars),
            integer(totalChars),
            integer(maxTokens),
          ),
        );
      }
    },
  };
}

/** What is being done, with its share, and the same without numbers that change all the time. */
function busyStage({ busy }: PanelState): { words: string; milestone: string; share: number | null } | null {
  if (!busy) return null;
  const { run, loaded } = busy;
  if (run.tokens.length > 0) {
    const milestone = t('Explaining…');
    const layers = run.model?.layers ?? 0;
    const done = layersDone(run);
    if (done === layers) return { words: t('Looking for what stands out…'), milestone, share: 1 };
    return { words: t('Explaining: layer {0} of {1}', done + 1, layers), milestone, share: done / Math.max(1, layers) };
  }
  const milestone = t('Reading the model {0}…', run.modelName);
  return loaded === null || run.model
    ? { words: milestone, milestone, share: null }
    : { words: `${milestone} ${roundPercent(loaded)}`, milestone, share: loaded };
}

/** Shorter waits are over before their end could be told. */
const TOLD_FROM_MS = 1500;

/** How long what is under way will take, by what it took so far. */
class Clock {
  private what = '';
  private from = 0;

  stop(): void {
    this.what = '';
  }

  /** In ms; null where nothing can be said yet. */
  left(what: string, share: number | null): number | null {
    const now = performance.now();
    if (what !== this.what) [this.what, this.from] = [what, now];
    const spent = now - this.from;
    return share === null || share <= 0 || share >= 1 || spent < TOLD_FROM_MS ? null : (spent / share) * (1 - share);
  }
}
