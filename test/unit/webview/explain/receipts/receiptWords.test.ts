import assert from 'node:assert/strict';
import type { Receipt } from '../../../../../src/protocol/receipts';
import { receiptWords } from '../../../../../webview/explain/receipts/receiptWords';
import { shortRun as run } from '../../../../support/shortRun';

describe('the sentence of a receipt', () => {
  const edge = (key: number, weight: number, direct: number, total: number): Receipt['edges'][number] => ({
    layer: 1,
    head: 2,
    key,
    weight,
    rank: 1,
    percentile: null,
    disagrees: null,
    knockout: { direct, total },
    zero: { direct, total },
    swap: { direct, total },
  });
  const receipt = (edges: Receipt['edges'], floor = 0.01): Receipt => ({
    position: 3,
    target: { id: 1, text: 'x' },
    foil: { id: 2, text: 'y' },
    clean: 1,
    floor,
    edges,
    heads: [],
    experts: [],
    neurons: [],
    outcomes: [],
    routing: [],
    joint: null,
    agreement: {
      heads: 0,
      weight: null,
      norm: null,
      attribution: null,
      weightWithoutSinks: null,
      weightDirect: null,
      weightDirectPermuted: null,
    },
    timings: { totalMs: 0, edgesMs: 0, controlsMs: 0 },
  });

  it('names the largest effect, what relays or repairs it, and a larger weight that does less; never “because”', () => {
    const told = receiptWords({ tokens: run.tokens }, receipt([edge(1, 0.2, -0.1, -0.8), edge(0, 0.7, 0.05, 0.06)]));
    assert.match(
      told,
      /^Of 2 looks, cutting the one of layer 1 head 2 at ‘a’ changes ‘x’ against ‘y’ most: [−-]0\.80 logits, [−-]0\.10 of them directly\./,
    );
    assert.match(told, /it relays/);
    assert.match(told, /largest weight \(70\.0%, at ‘<bos>’\) is not it: cutting that changes \+0\.06/);
    assert.doesNotMatch(told, /because/i);
    assert.match(receiptWords({ tokens: run.tokens }, receipt([edge(1, 0.9, -0.8, -0.3)])), /repair/);
    assert.match(
      receiptWords({ tokens: run.tokens }, receipt([edge(1, 0.9, -0.8, -0.3)], 0.5)),
      /No look of this token/,
    );
  });
});
