/** What a page that starts from nothing is told, and when the status bar says that a panel is busy. */
import assert from 'node:assert/strict';
import { lastGood, latestRuns, untold } from '../../../src/panels/memories';
import { begun, showsProgressElsewhere, step, type Action, type Memory } from '../../../src/panels/session';
import { ShownTexts } from '../../../src/panels/shownTexts';
import type { MilestonePanelEvent } from '../../../src/protocol/milestonePanelApi';
import type { PanelEvent } from '../../../src/protocol/panelApi';

/** What pages are sent, action by action. */
function sentBy<Event, Kept>(memory: Memory<Event, Kept>, actions: readonly Action<Event>[]): Event[][] {
  let session = begun(memory, true);
  return actions.map((action) => {
    const { session: next, send } = step(memory, session, action);
    session = next;
    return [...send];
  });
}

const event = <Event>(given: Event): Action<Event> => ({ kind: 'event', event: given });
const READY = { kind: 'ready' } as const;
const GONE = { kind: 'gone' } as const;

describe('a panel’s session', () => {
  it('tells a page what it has missed, and from then on each event as it comes', () => {
    const sent = sentBy(untold<string>(), [event('a'), event('b'), READY, event('c'), GONE, event('d'), READY, READY]);
    assert.deepEqual(sent, [[], [], ['a', 'b'], ['c'], [], [], ['d'], []]);
  });

  it('says nothing more once it is closed', () => {
    const sent = sentBy(untold<string>(), [READY, { kind: 'closed' }, event('a'), READY]);
    assert.deepEqual(sent.flat(), []);
  });

  it('shows progress elsewhere while it is busy and cannot be seen, and only then', () => {
    let session = begun(untold<string>(), true);
    const after = (action: Action<string>): boolean => {
      session = step(untold<string>(), session, action).session;
      return showsProgressElsewhere(session);
    };
    assert.equal(after({ kind: 'seen', visible: false }), false);
    assert.equal(after({ kind: 'busy', busy: true }), true);
    assert.equal(after({ kind: 'seen', visible: true }), false);
    assert.equal(after({ kind: 'seen', visible: false }), true);
    assert.equal(after({ kind: 'closed' }), false);
  });
});

describe('what is kept of explanations', () => {
  const told = (kind: PanelEvent['kind'], more: object = {}): PanelEvent => ({ kind, ...more }) as PanelEvent;
  const progress = (kind: string, more: object = {}): PanelEvent => told('progress', { progress: { kind, ...more } });
  const run = [told('begin'), progress('tokens'), progress('layer'), told('done')];
  const kinds = (events: readonly PanelEvent[]): string[] => {
    const kept = events.reduce((before, one) => lastGood.add(before, one, true), lastGood.empty);
    return lastGood.replay(kept).map((one) => (one.kind === 'progress' ? one.progress.kind : one.kind));
  };

  it('is the run with the latest of what comes at any time', () => {
    const events = [...run, told('hash'), told('query', { token: 1 }), told('query', { token: 2 })];
    assert.deepEqual(kinds(events), ['begin', 'tokens', 'layer', 'done', 'hash', 'query']);
    const kept = events.reduce((before, one) => lastGood.add(before, one, true), lastGood.empty);
    assert.deepEqual(lastGood.replay(kept).at(-1), { kind: 'query', token: 2 });
  });

  it('is the last good run before one that has not ended, and after one that failed, with its hash', () => {
    const good = [...run, told('hash'), told('stale')];
    assert.deepEqual(kinds([...good, told('begin'), progress('tokens')]), [
      'begin',
      'tokens',
      'layer',
      'done',
      'hash',
      'begin',
      'tokens',
    ]);
    const failed = ['begin', 'tokens', 'layer', 'done', 'hash', 'failed'];
    assert.deepEqual(kinds([...good, told('begin'), progress('tokens'), told('failed')]), failed);
    assert.deepEqual(kinds([...good, told('begin'), told('failed'), told('begin'), told('failed')]), failed);
    assert.deepEqual(kinds([...good, told('begin'), told('failed'), ...run]), ['begin', 'tokens', 'layer', 'done']);
  });

  it('has how far the loading is once, and of a run that failed with nothing before it what was drawn', () => {
    const loading = [0, 0.5, 1].map((share) => progress('loading', { share }));
    assert.deepEqual(kinds([told('begin'), ...loading]), ['begin', 'loading']);
    assert.deepEqual(kinds([told('begin'), ...loading, progress('model')]), ['begin', 'model']);
    const twice = [told('begin'), progress('tokens'), told('failed'), told('cancelled')];
    assert.deepEqual(kinds(twice), ['begin', 'tokens', 'cancelled']);
  });

  it('is the same whether events came one by one or together', () => {
    const together = told('together', { events: [progress('tokens'), progress('layer'), told('done')] });
    assert.deepEqual(kinds([told('begin'), together, told('hash')]), ['begin', 'tokens', 'layer', 'done', 'hash']);
  });

  it('is not changed by what is added to it', () => {
    const kept = run.reduce((before, one) => lastGood.add(before, one, true), lastGood.empty);
    const before = structuredClone(kept);
    lastGood.add(kept, told('failed'), true);
    lastGood.add(kept, told('query', { token: 1 }), true);
    assert.deepEqual(kept, before);
  });
});

describe('what is kept of experiments', () => {
  const ran = (id: string, kind: 'running' | 'stopped'): MilestonePanelEvent =>
    ({ id, kind, options: {}, seed: 1, progress: null }) as MilestonePanelEvent;
  const show = (id: string): MilestonePanelEvent => ({ kind: 'show', id });

  it('is how each went last, and a link that no page has followed', () => {
    const [, , , , first, later, , second] = sentBy(latestRuns, [
      ...[ran('tpu', 'running'), ran('phil', 'running'), ran('tpu', 'stopped'), show('phil')].map(event),
      READY,
      event(show('tpu')),
      GONE,
      READY,
    ]);
    assert.deepEqual(first, [ran('tpu', 'stopped'), ran('phil', 'running'), show('phil')]);
    assert.deepEqual(later, [show('tpu')]);
    assert.deepEqual(second, [ran('tpu', 'stopped'), ran('phil', 'running')], 'a link is followed once');
  });
});

describe('the texts that a panel has explained', () => {
  const forgotten: string[] = [];
  let texts: ShownTexts<string>;
  beforeEach(() => {
    forgotten.length = 0;
    texts = new ShownTexts((text) => forgotten.push(text));
  });

  it('the last good one stays until another is good, and each is forgotten once', () => {
    texts.completed('a');
    texts.show('b');
    assert.deepEqual([texts.shown, texts.good, forgotten], ['b', 'a', []]);
    texts.completed('b');
    assert.deepEqual([texts.shown, texts.good, forgotten], ['b', 'b', ['a']]);
    texts.clear();
    texts.clear();
    assert.deepEqual(forgotten, ['a', 'b']);
  });

  it('one whose run fails gives the last good one back, which is drawn again if it had begun to be drawn', () => {
    texts.completed('a');
    texts.withdraw('failed before its tokens');
    assert.equal(texts.takeRedraw(), false);
    texts.show('b');
    texts.withdraw('b');
    assert.deepEqual([texts.shown, forgotten], ['a', ['failed before its tokens', 'b']]);
    assert.deepEqual([texts.takeRedraw(), texts.takeRedraw()], [true, false]);
  });

  it('one that was drawn and failed stays where there is none before it, until the next', () => {
    texts.show('a');
    texts.withdraw('a');
    assert.deepEqual([texts.shown, forgotten], ['a', []]);
    texts.show('b');
    assert.deepEqual([texts.shown, forgotten], ['b', ['a']]);
  });
});
