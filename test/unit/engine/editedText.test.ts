/** A text that is explained again after an edit: only what comes behind the first changed token is computed. */
import assert from 'node:assert/strict';
import { explain, type Explained } from '../../../src/engine/explain';
import type { LoadedModel } from '../../../src/engine/model/load';
import type { ExplainProgress } from '../../../src/protocol/explanation';
import { tinyModel } from '../../support/tinyModel';
import { assertClose } from '../../support/close';

const BEFORE = 'let total = price * count;\nreturn total;\n';
const AFTER = 'let total = price + count;\nreturn total;\n';
/** The tiny model's tokens are bytes, behind a start token. */
const FIRST_CHANGED = BEFORE.indexOf('*') + 1;
/** Rows that run in other company are summed in another order. */
const COMPANY = 1e-4;

describe('a text explained again after an edit', () => {
  let model: LoadedModel;
  let before: Explained;
  let counted = 0;
  const reports: ExplainProgress[] = [];

  async function explained(text: string, base?: Explained): Promise<Explained> {
    reports.length = 0;
    return explain(model, text, {
      maxTokens: 1000,
      top: 5,
      handle: { worker: 1, kept: ++counted },
      signal: new AbortController().signal,
      progress: (report) => reports.push(report),
      base: base?.trace,
    });
  }

  beforeEach(async () => {
    model ??= await tinyModel({ experts: 6, layers: 3 });
    before = await explained(BEFORE);
  });
  afterEach(() => before.trace.release());

  it('runs n − p tokens through the layers, where the first p of n are as they were', async () => {
    assert.equal(before.explanation.computedTokens, BEFORE.length + 1);
    const { explanation, trace } = await explained(AFTER, before);
    assert.equal(explanation.computedTokens, AFTER.length + 1 - FIRST_CHANGED);
    trace.release();
  });

  it('computes nothing for the same text, and everything for another one', async () => {
    const same = await explained(BEFORE, before);
    assert.equal(same.explanation.computedTokens, 0);
    const other = await explained('other', before);
    // The start token is the one they share.
    assert.equal(other.explanation.computedTokens, 'other'.length);
    same.trace.release();
    other.trace.release();
  });

  it('tells the same as a run from nothing: every layer, log-probabilities, candidates, roles', async () => {
    const again = await explained(AFTER, before);
    const layers = reports.flatMap((report) => (report.kind === 'layer' ? [report] : []));
    const fresh = await explained(AFTER);
    const freshLayers = reports.flatMap((report) => (report.kind === 'layer' ? [report] : []));
    assert.deepEqual(
      layers.map(({ experts }) => experts?.ids),
      freshLayers.map(({ experts }) => experts?.ids),
    );
    layers.forEach(({ maps }, layer) => assertClose(maps.scales, freshLayers[layer].maps.scales, COMPANY));
    assertClose(again.explanation.logprobs, fresh.explanation.logprobs, COMPANY);
    assertClose(
      again.explanation.next.map(({ probability }) => probability),
      fresh.explanation.next.map(({ probability }) => probability),
      COMPANY,
    );
    again.explanation.roles.forEach(({ scores }, i) => assertClose(scores, fresh.explanation.roles[i].scores, COMPANY));
    again.trace.release();
    fresh.trace.release();
  });

  it('a text cut short in the middle of the common part keeps only that part', async () => {
    const short = await explained(BEFORE.slice(0, 10), before);
    assert.equal(short.explanation.computedTokens, 0);
    assert.equal(short.explanation.logprobs.length, 11);
    short.trace.release();
  });
});
