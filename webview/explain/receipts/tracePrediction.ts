/** Something slow about the prediction after the chosen token: asked when it is looked at or wanted, with progress, kept, cancelled. */
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { roundPercent } from '../../shared/numbers';
import { button, progressRing } from '../../shared/toolkit';
import type { CallOptions } from '../../../src/protocol/rpc';
import type { Run } from '../state/run';
import type { Stage } from '../stage';

export interface Slow<Answer> {
  ask(position: number, options: CallOptions<number>): Promise<Answer>;
  /** It is asked only when this button is pressed; without, as soon as somebody looks. */
  onDemand?: string;
  /** What it will take, said beside that button. */
  cost?: (run: Run, position: number) => string;
  /** What is being done meanwhile. */
  waiting: string;
  /** Why there is nothing under interventions. */
  edited: string;
  drawn(run: Run, answer: Answer): void;
  /** There is nothing to draw. */
  empty(): void;
}

/** What was asked last: of which token, and how that stands. */
interface Asked {
  position: number;
  abort: AbortController;
  words: string;
  /** Why there will be no answer; null: it is under way. */
  wrong: string | null;
}

/** How long, in ms, another token is chosen before the one that is being asked about is given up for it. */
const REST_MS = 300;

export interface TracePrediction<Answer> {
  /** How it is going, or what went wrong. */
  readonly element: HTMLElement;
  /** Of the chosen token; null while it is not there. */
  readonly known: Answer | null;
  /** Draws what is known of the chosen token, else asks. */
  draw(): void;
  /** Somebody looks at it now: until then nothing is asked. */
  look(): void;
  /** Another run is on show. */
  forget(): void;
}

export function tracePrediction<Answer>(stage: Stage, slow: Slow<Answer>): TracePrediction<Answer> {
  const { selection } = stage;
  const known = new Map<number, Answer>();
  let asked: Asked | null = null;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let seen = false;
  /** What is drawn: pointing at things draws it no second time, which would take the focus away. */
  let drawn: Answer | null = null;
  const empty = (): void => {
    drawn = null;
    slow.empty();
  };
  const words = h('span', { class: 'words' });
  const waiting = h(
    'div',
    { class: 'notice busy' },
    progressRing(),
    words,
    button(t('Cancel'), () => asked?.abort.abort(), { secondary: true }),
  );
  const again = button(t('Try again'), () => ask(), { secondary: true });
  const start = button(slow.onDemand ?? '', () => {
    // It stays about this token, whatever is pointed at meanwhile.
    selection.change({ tokenLock: selection.query, tokenPreview: null, pointed: null, direction: 'from' });
    ask();
  });
  const problem = h('p', { class: 'words', role: 'alert' });
  const note = h('p', { class: 'words' }, slow.edited);
  const cost = h('span', { class: 'hint' });
  const offer = h('div', {}, start, ' ', cost);
  const element = h('div', {}, offer, waiting, problem, again, note);
  const state = (now: 'idle' | 'busy' | 'stopped' | 'edited' | 'offered', message = ''): void => {
    show(waiting, now === 'busy');
    show(again, now === 'stopped');
    show(offer, now === 'offered');
    show(note, now === 'edited');
    setText(problem, message);
  };
  state('idle');

  const ask = (): void => {
    const run = stage.run();
    if (!run?.explanation) return;
    clearTimeout(rest);
    asked?.abort.abort();
    const abort = new AbortController();
    const own: Asked = { position: selection.query, abort, words: slow.waiting, wrong: null };
    asked = own;
    draw();
    const onProgress = (share: number): void => {
      own.words = `${slow.waiting} ${roundPercent(share)}`;
      if (asked === own) setText(words, own.words);
    };
    slow.ask(own.position, { signal: abort.signal, onProgress }).then(
      (answer) => {
        if (stage.run() !== run) return;
        known.set(own.position, answer);
        if (asked !== own) return;
        asked = null;
        draw();
      },
      (thrown: Error) => {
        // One that another took the place of has nothing more to say.
        if (stage.run() !== run || asked !== own) return;
        own.wrong = abort.signal.aborted ? t('Cancelled.') : thrown.message;
        draw();
      },
    );
  };

  const draw = (): void => {
    const run = stage.run();
    if (!run?.explanation || !seen) return;
    clearTimeout(rest);
    if (run.explanation.interventions.length > 0) {
      empty();
      return state('edited');
    }
    const answer = known.get(selection.query);
    if (answer !== undefined) {
      state('idle');
      if (answer !== drawn) slow.drawn(run, answer);
      drawn = answer;
      return;
    }
    empty();
    if (asked?.position === selection.query) {
      setText(words, asked.words);
      return asked.wrong === null ? state('busy') : state('stopped', asked.wrong);
    }
    if (slow.onDemand) {
      asked?.abort.abort();
      asked = null;
      setText(cost, slow.cost?.(run, selection.query) ?? '');
      return state('offered');
    }
    if (asked === null || asked.wrong !== null) return ask();
    // Pointing at others in passing does not throw away what has been computed so far.
    state('idle');
    rest = setTimeout(ask, REST_MS);
  };

  return {
    element,
    get known() {
      return known.get(selection.query) ?? null;
    },
    draw,
    look: () => void (seen = true),
    forget() {
      clearTimeout(rest);
      asked?.abort.abort();
      asked = null;
      known.clear();
      state('idle');
      empty();
    },
  };
}
