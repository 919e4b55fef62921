import assert from 'node:assert/strict';
import type { Explanation, Finding, LayerCard, LayerMaps, ModelCard } from '../../../../../src/protocol/explanation';
import type { SingleEvent, Subject } from '../../../../../src/protocol/panelApi';
import { defaultsFor } from '../../../../../webview/explain/state/defaults';
import { applyEvent, emptyState, largestWeight, type PanelState } from '../../../../../webview/explain/state/run';
import { restore, save } from '../../../../../webview/explain/state/saved';
import { Selection } from '../../../../../webview/explain/state/selection';
import { findingSentence } from '../../../../../webview/explain/heads/roleWords';
import { placeWords } from '../../../../../webview/explain/words';

const LAYER: LayerCard = { mixer: { kind: 'attention', heads: 1 }, feedForward: 'dense' };
const subject: Subject = { title: 'a.ts', firstLine: 3, lastLine: 4, origin: 'selection', text: 'ab', tabSize: 4 };
const token = (id: number): object => ({ id, start: id, end: id + 1, charStart: id, charEnd: id + 1, label: 'ab'[id] });
const maps: LayerMaps = { layer: 0, size: 2, values: new Uint8Array(4), scales: Float32Array.of(1) };
const finding: Finding = {
  role: 'bracket',
  layer: 2,
  head: 5,
  score: 0.812,
  queries: 12,
  example: { query: 1, key: 0, weight: 0.9 },
};
const explanation: Explanation = {
  trace: { worker: 1, kept: 1 },
  findings: [finding],
  roles: [],
  next: [],
  logprobs: Float32Array.of(NaN, -1),
  interventions: [],
  computedTokens: 0,
  timings: { loadMs: 0, tokenizeMs: 0, forwardMs: 0, totalMs: 0 },
};
const begin: SingleEvent = { kind: 'begin', subject, modelName: 'm' };
const progress = (report: unknown): SingleEvent => ({ kind: 'progress', progress: report }) as SingleEvent;
const complete: SingleEvent[] = [
  begin,
  progress({
    kind: 'model',
    model: { name: 'm', layers: 1, layerCards: [LAYER], heads: 1, sha256: null } as Partial<ModelCard>,
  }),
  progress({ kind: 'tokens', trace: 1, tokens: [token(0), token(1)], cut: null }),
  progress({ kind: 'layer', maps, experts: null }),
  { kind: 'done', explanation },
];

function stateAfter(...events: SingleEvent[]): PanelState {
  const state = emptyState();
  for (const event of events) applyEvent(state, event);
  return state;
}

describe('a finding', () => {
  it('says of how many cases its score is a sample, and nothing of that where it is of all', () => {
    assert.match(findingSentence({ ...finding, queries: 512, of: 2340 }), /\(512 of 2,340 cases\)/);
    assert.match(findingSentence(finding), /\(12 cases\)/);
  });
});

describe('what the page knows', () => {
  it('a run shows from its tokens on and is complete when done', () => {
    assert.equal(stateAfter(...complete.slice(0, 2)).shown, null);
    assert.equal(stateAfter(...complete.slice(0, 3)).shown?.tokens.length, 2);
    const { shown, busy } = stateAfter(...complete);
    assert.equal(shown?.explanation?.findings.length, 1);
    assert.equal(busy, null);
  });

  it('the last good result stays while the next one has no tokens yet, and when that fails', () => {
    const failed: SingleEvent = { kind: 'failed', message: 'gone', canRetry: true };
    const { shown, outcome, busy } = stateAfter(...complete, begin, progress({ kind: 'loading', share: 0.5 }), failed);
    assert.equal(shown?.explanation?.trace.kept, 1);
    assert.deepEqual(outcome, failed);
    assert.equal(busy, null);
  });

  it('a new run takes back what was said about the last', () => {
    const { outcome } = stateAfter(begin, { kind: 'cancelled' }, begin);
    assert.equal(outcome, null);
  });

  it('a hash reaches the model’s card; events out of place do nothing', () => {
    assert.equal(stateAfter(...complete, { kind: 'hash', sha256: 'ab' }).shown?.model?.sha256, 'ab');
    assert.equal(stateAfter({ kind: 'done', explanation }, complete[3]).shown, null);
  });

  it('the first queries do not count for a head’s largest weight', () => {
    const size = 4;
    const values = Uint8Array.from({ length: size * size }, (_, i) => (i === 0 ? 255 : i === 5 ? 51 : 0));
    const { shown } = stateAfter(
      ...complete.slice(0, 3),
      progress({ kind: 'layer', maps: { layer: 0, size, values, scales: Float32Array.of(1) }, experts: null }),
    );
    assert.equal(largestWeight(shown!, 0, 0), 0.2);
    assert.equal(largestWeight(shown!, 1, 0), null);
  });
});

describe('what is looked at', () => {
  const selection = (): Selection => new Selection(defaultsFor(stateAfter(...complete).shown));

  it('begins with the strongest finding and its clearest case', () => {
    const { head, token: focus } = selection();
    assert.deepEqual([head, focus], [{ layer: 2, head: 5 }, 1]);
  });

  it('pointing previews until a token is locked; then it is compared with the locked one', () => {
    const chosen = selection();
    chosen.point(0);
    assert.equal(chosen.token, 0);
    chosen.toggleToken(1);
    chosen.point(0);
    assert.deepEqual([chosen.token, chosen.pointed], [1, 0]);
    chosen.point(null);
    assert.deepEqual([chosen.token, chosen.pointed], [1, null]);
  });

  it('a second click unlocks, and so does Escape: first the token, then the head', () => {
    const chosen = selection();
    chosen.toggleHead({ layer: 0, head: 1 });
    chosen.toggleToken(0);
    assert.equal(chosen.unlock(), true);
    assert.deepEqual([chosen.tokenLock, chosen.headLock], [null, { layer: 0, head: 1 }]);
    chosen.toggleHead({ layer: 0, head: 1 });
    assert.equal(chosen.headLock, null);
    assert.equal(chosen.unlock(), false);
  });

  it('a previewed head is compared on the same token', () => {
    const chosen = selection();
    chosen.change({ headPreview: { layer: 0, head: 0 } });
    assert.deepEqual([chosen.head, chosen.token], [{ layer: 0, head: 0 }, 1]);
  });

  it('listeners hear of changes only', () => {
    const chosen = selection();
    let heard = 0;
    chosen.onChange(() => heard++);
    chosen.change({ headLock: { layer: 1, head: 1 } });
    chosen.change({ headLock: { layer: 1, head: 1 } });
    assert.equal(heard, 1);
  });
});

describe('what a hidden page comes back with', () => {
  const { shown } = stateAfter(...complete);

  it('is what was locked, for the same text', () => {
    const selection = new Selection(defaultsFor(shown));
    selection.toggleToken(1);
    selection.change({ direction: 'to', tokenPreview: 0 });
    const kept: unknown = JSON.parse(JSON.stringify(save(shown!, selection)));
    assert.deepEqual(restore(kept, shown!), { headLock: null, tokenLock: 1, direction: 'to' });
    assert.equal(restore(kept, { ...shown!, subject: { ...subject, text: 'ac' } }), null);
  });

  it('is nothing where something else was left', () => {
    for (const left of [undefined, null, 7, 'x', {}, { version: 2 }]) assert.equal(restore(left, shown!), null);
  });
});

describe('words', () => {
  it('the sentence says which head, what it does, how much and in how many cases', () => {
    assert.equal(
      findingSentence(finding),
      'Layer 2 head 5 matches brackets: on average it puts 81% of its weight on the opening bracket (12 cases).',
    );
    const told = (outer: boolean): string => findingSentence({ ...finding, baseline: 0.21, outer });
    assert.match(told(false), / As far away elsewhere it puts 21%\.$/);
    assert.match(told(true), / it puts 60% more on its own than on the outer one\.$/);
  });

  it('the place is told with its lines', () => {
    assert.equal(placeWords(subject), 'a.ts, lines 3–4 (selection)');
    assert.equal(placeWords({ ...subject, lastLine: 3, origin: 'symbol', symbol: 'f' }), 'a.ts, line 3 (f)');
  });
});
