/** Patching between two texts: each cell is a run under that one edit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { editedRun } from '../../../../src/engine/interventions';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel } from '../../../../src/engine/model/load';
import { logitsAt, topIds } from '../../../../src/engine/model/logits';
import { hasNetwork } from '../../../../src/engine/model/shape';
import { patching, patchingOfText, patchingOfTokens } from '../../../../src/engine/receipts/patching';
import { Trace } from '../../../../src/engine/trace/trace';
import { parseEdit } from '../../../../src/protocol/editText';
import { PATCH_SITES } from '../../../../src/protocol/patching';
import { logSumExp } from '../../../../src/shared/softmax';
import { assertClose } from '../../../support/close';
import { tinyModel } from '../../../support/tinyModel';

describe('patching between two texts', () => {
  it('each cell of each site is the corrupted run with that one vector of the clean one', async () => {
    const model = await tinyModel({ experts: 6, layers: 2 }, 'simd');
    const ids = model.tokenizer.encode('Hello you', { bos: true }).map(({ id }) => id);
    const run = async (of: number[]): Promise<Trace> => {
      const trace = new Trace(model.config, model.kernel, of.length);
      await forward(model, trace, of);
      return trace;
    };
    const clean = await run(ids);
    const other = ids.with(6, 120);
    const corrupted = await run(other);
    for (const site of PATCH_SITES) {
      const found = await patchingOfTokens(model, clean, [parseEdit('tokens[6] = "x"')], { site, ways: ['denoising'] });
      assert.equal(found.firstDifference, 6);
      assert.deepEqual(found.patched.noising, []);
      const difference = async (trace: Trace): Promise<number> => {
        const logits = await logitsAt(model, trace, ids.length - 1);
        return logits[found.target.id] - logits[found.foil.id];
      };
      assertClose(await difference(corrupted), found.corrupted, 1e-6);
      for (const [i, { edit, position, layer }] of found.sites.entries()) {
        assert.ok(position >= 6 && layer < 2);
        const patched = await editedRun(model, other, [parseEdit(edit)], { sources: { byName: () => ids } });
        assertClose(await difference(patched), found.patched.denoising[i], 1e-4, edit);
        const share = (found.patched.denoising[i] - found.corrupted) / (found.clean - found.corrupted);
        const normalised = found.normalised.denoising[i];
        if (normalised !== null) assertClose(normalised, share, 1e-9, edit);
        patched.release();
      }
    }
    // The other way: the clean run with that one vector of the corrupted one, as a share of what the whole other text takes away.
    const noised = await patchingOfTokens(model, clean, [parseEdit('tokens[6] = "x"')], {
      site: 'z',
      ways: ['noising'],
    });
    assert.deepEqual(noised.patched.denoising, []);
    const [answer, foil] = [noised.target.id, noised.foil.id];
    for (const [i, { edit }] of noised.sites.entries()) {
      const patched = await editedRun(model, ids, [parseEdit(edit)], { sources: { byName: () => other } });
      const logits = await logitsAt(model, patched, ids.length - 1);
      const own = logits[answer] - logits[foil];
      assertClose(own, noised.patched.noising[i], 1e-4, edit);
      const share = (noised.clean - own) / (noised.clean - noised.corrupted);
      assertClose(noised.normalised.noising[i]!, share, 1e-3, edit);
      patched.release();
    }
    // Between two answers that both texts tell apart alike there is no gap to have a share of: cells are blank, the logits stay.
    const [here, there] = [
      await logitsAt(model, clean, ids.length - 1),
      await logitsAt(model, corrupted, ids.length - 1),
    ];
    const moved = (id: number): number => here[id] - there[id];
    const near = Array.from(here.keys()).find((id) => id !== answer && Math.abs(moved(id) - moved(answer)) < 0.05)!;
    const blank = await patchingOfTokens(model, clean, [parseEdit('tokens[6] = "x"')], {
      site: 'z',
      target: answer,
      foil: near,
    });
    assertClose(blank.clean, blank.corrupted, 0.1);
    for (const way of ['denoising', 'noising'] as const) {
      assert.ok(blank.normalised[way].length > 0 && blank.normalised[way].every((share) => share === null), way);
      assert.ok(blank.patched[way].every(Number.isFinite), way);
    }
    // Another text is what the same tokens in their places are; what stands there and what is expected is that of either run.
    const options = { site: 'resid_pre', ways: ['noising'] } as const;
    const ofTokens = await patchingOfTokens(model, clean, [parseEdit('tokens[6] = "x"')], options);
    const ofText = await patchingOfText(model, clean, 'Helloxyou', options);
    assert.deepEqual(ofText, ofTokens);
    assert.deepEqual(
      ofText.differences.map(({ position }) => position),
      ids.map((_, i) => i).slice(6),
    );
    for (const [trace, which] of [
      [clean, 'clean'],
      [corrupted, 'corrupted'],
    ] as const) {
      for (const { position, [which]: there } of ofText.differences) {
        const [before, after] = [await logitsAt(model, trace, position - 1), await logitsAt(model, trace, position)];
        const own = before[trace.ids[position]] - logSumExp(before);
        assertClose(there.logProbability!, own, 1e-5, `${position}`);
        assert.equal(there.text, model.tokenizer.labelOf(trace.ids[position]));
        assert.equal(there.next, model.tokenizer.labelOf(topIds(after, 1)[0]));
      }
    }
    await assert.rejects(patchingOfText(model, clean, 'Hello', options), {
      message: /do not align: \d+ tokens against 6/,
    });
    const longer = await run([...other, 33]);
    await assert.rejects(patching(model, clean, longer, { site: 'z' }), {
      code: 'edit-invalid',
      message: `The texts do not align: ${ids.length} tokens against ${ids.length + 1}. A patch needs as many in both.`,
    });
    await assert.rejects(patching(model, clean, clean, { site: 'z' }), { message: /nothing to patch/ });
    corrupted.release();
    await assert.rejects(patching(model, clean, corrupted, { site: 'z' }), { code: 'trace-gone' });
    await assert.rejects(patchingOfTokens(model, clean, [parseEdit('L0H1 = zero')], { site: 'z' }), {
      code: 'edit-invalid',
    });
  });

  it('goes over the layers that have the site, where some have no feed-forward network', async () => {
    const file = path.join('test', 'fixtures', 'models', 'nemotron_h.gguf');
    const model = await loadModel(new BufferSource(new Uint8Array(readFileSync(file)), file), undefined, 'simd');
    const runs = [
      [5, 9, 31, 12],
      [5, 9, 40, 12],
    ].map(async (ids) => {
      const trace = new Trace(model.config, model.kernel, ids.length);
      await forward(model, trace, ids);
      return trace;
    });
    const [clean, corrupted] = await Promise.all(runs);
    const has = model.config.shapes.flatMap((shape, layer) => (hasNetwork(shape) ? [layer] : []));
    assert.ok(has.length > 0 && has.length < model.config.layers);
    for (const [site, layers] of [
      ['mlp_out', has],
      ['attn_out', [...model.config.shapes.keys()]],
    ] as const) {
      const found = await patching(model, clean, corrupted, { site });
      assert.deepEqual([...new Set(found.sites.map(({ layer }) => layer))], layers);
      assert.equal(found.sites.length, layers.length * 2);
      assert.ok(found.patched.denoising.every(Number.isFinite) && found.patched.noising.length === found.sites.length);
    }
  });
});
