/** Do runs of a model larger than memory share what they read, and give what they give alone? */
import assert from 'node:assert/strict';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, startModel, type LoadedModel } from '../../../../src/engine/model/load';
import { rerun } from '../../../../src/engine/model/rerun';
import { sideBySide } from '../../../../src/engine/model/sideBySide';
import { story } from '../../../../src/engine/reading/story';
import { logProbabilities } from '../../../../src/engine/model/logits';
import { patchingOfTokens } from '../../../../src/engine/receipts/patching';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { Trace } from '../../../../src/engine/trace/trace';
import { parseEdit } from '../../../../src/protocol/editText';
import type { Edit } from '../../../../src/protocol/edit';
import { Problem } from '../../../../src/protocol/problem';
import { isLong } from '../../../support/long';
import { tinyModelBytes } from '../../../support/tinyModel';

class Counted extends BufferSource {
  bytesRead = 0;
  override readLater(offset: number, length: number): Promise<Uint8Array> {
    this.bytesRead += length;
    return super.readLater(offset, length);
  }
}

const ids = Array.from({ length: 12 }, (_, i) => (i * 37) % 250);

async function opened(
  experts: number,
  layers = 4,
): Promise<{ whole: LoadedModel; streamed: LoadedModel; source: Counted }> {
  const bytes = tinyModelBytes({ layers, experts });
  const source = new Counted(bytes, 'tiny.gguf');
  return {
    whole: await loadModel(new BufferSource(bytes, 'tiny.gguf'), undefined, 'simd'),
    streamed: await startModel(source, { kernel: 'simd', memoryLimit: 1 }),
    source,
  };
}

async function traced(model: LoadedModel): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  return trace;
}

const cut = (layer: number, head: number): Edit => ({ site: 'z', layer, head, do: 'zero' });

describe('runs side by side', () => {
  for (const experts of [0, 6]) {
    it(`read what they have in common once, ${experts} experts`, async () => {
      const { streamed, source } = await opened(experts);
      const trace = await traced(streamed);
      const edits = [cut(2, 0), cut(0, 1), cut(2, 1), cut(1, 3)];
      const run = (edit: Edit) => async (model: LoadedModel) => {
        (await rerun(model, trace, { edits: [edit] })).release();
      };
      const before = source.bytesRead;
      await run(edits[1])(streamed);
      const one = source.bytesRead - before;
      const rest = streamed.kernel.bytesInUse;
      await sideBySide(streamed, edits.map(run));
      const all = source.bytesRead - before - one;
      // Of experts each run may choose its own; they are read once, too.
      const { bytesPerPass } = streamed.card;
      if (experts === 0) assert.equal(all, one);
      else assert.ok(all >= one && all < bytesPerPass!, `${all} bytes against ${one} of a single run`);
      assert.equal(streamed.kernel.bytesInUse, rest);
    });

    // Without experts the same, but for what a run reads of its own. LONG_TESTS=1: too.
    if (experts === 0 && !isLong) continue;
    it(`give the same patches, receipts, circuits and first sentence, in fewer reads, ${experts} experts`, async () => {
      const { whole, streamed, source } = await opened(experts, 3);
      const results: unknown[][] = [];
      for (const model of [whole, streamed]) {
        const trace = await traced(model);
        const found: unknown[] = [];
        const read: Record<string, number> = {};
        const counted = async (name: string, work: () => Promise<unknown>): Promise<void> => {
          const before = source.bytesRead;
          found.push(await work());
          read[name] = (source.bytesRead - before) / (model.card.bytesPerPass ?? 1);
        };
        await counted('patches', () => patchingOfTokens(model, trace, [parseEdit('tokens[4] = "x"')], { site: 'z' }));
        await counted('receipt', async () => {
          const { timings: _own, ...made } = await receipt(model, trace, { position: 9 }, { losses: true });
          return made;
        });
        await counted('circuit', () => circuit(model, trace, { position: 9 }));
        const logprobs = await logProbabilities(model, trace);
        await counted('story', async () => {
          // The rest of the expected word is not asked of a model that is streamed.
          const made = await story(model, trace, logprobs, async () => {});
          return made && { ...made, word: null };
        });
        results.push(found);
        if (model !== streamed) continue;
        // One after the other it were a pass or a part of one for each run.
        assert.ok(read.patches < 14, `${read.patches} passes for 192 patches`);
        assert.ok(read.receipt < 18, `${read.receipt} passes for a receipt`);
        assert.ok(read.circuit < 12, `${read.circuit} passes for a circuit`);
        assert.ok(read.story < 4, `${read.story} passes for a first sentence`);
      }
      assert.deepEqual(results[1], results[0]);
    });
  }

  it('go on when one of them fails, and the first failure is told', async () => {
    const { streamed } = await opened(6);
    const trace = await traced(streamed);
    const rest = streamed.kernel.bytesInUse;
    let ended = 0;
    const jobs = Array.from({ length: 3 }, (_, i) => async (model: LoadedModel) => {
      let looks = 0;
      const afterChunk = (): void => {
        if (i === 1 && ++looks > 5) throw new Error('stop');
      };
      (await rerun(model, trace, { edits: [cut(0, i)], afterChunk })).release();
      ended++;
    });
    await assert.rejects(sideBySide(streamed, jobs), /stop/);
    assert.equal(ended, 2);
    assert.equal(streamed.kernel.bytesInUse, rest);
  });

  it('run alone what does not fit beside the others', async () => {
    const { streamed } = await opened(0);
    let together = 0;
    const jobs = Array.from({ length: 3 }, (_, i) => async () => {
      together++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      const crowded = together > 1;
      together--;
      if (crowded && i > 0) throw new Problem('out-of-memory', 'crowded');
      return i;
    });
    assert.deepEqual(await sideBySide(streamed, jobs), [0, 1, 2]);
  });
});
