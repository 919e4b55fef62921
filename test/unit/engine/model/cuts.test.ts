/** Twenty interventions of all kinds against an independent float64 program (test/reference/cuts.mjs), on stories260K. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { editedRun } from '../../../../src/engine/interventions';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { Trace } from '../../../../src/engine/trace/trace';
import { parseEdit } from '../../../../src/protocol/editText';
import { edgeEdit } from '../../../../src/protocol/receipts';
import { printEdit } from '../../../../src/protocol/editText';
import { KERNELS_HERE } from '../../../support/kernels';
import { dataFile } from '../../../support/data';

/** Logit differences in f32 against float64, after five layers. */
const TOLERANCE = 2e-3;

interface Cuts {
  ids: number[];
  other: number[];
  target: number;
  foil: number;
  clean: number;
  cuts: { edit: string; difference: number }[];
}

describe('twenty cuts against float64', function () {
  this.timeout(60_000);
  const golden = JSON.parse(readFileSync(path.join('test/fixtures/goldens/stories260K-cuts.json'), 'utf8')) as Cuts;
  for (const kernel of KERNELS_HERE) {
    it(`whole runs, and receipts where they have the cut, kernel ${kernel}`, async function () {
      const file = dataFile('stories260K/stories260K-f32.gguf');
      if (!file) this.skip();
      const source = new FileSource(file);
      const model = await loadModel(source, undefined, kernel).finally(() => source.close());
      const { ids, target, foil, clean, cuts } = golden;
      assert.equal(cuts.length, 20);
      const trace = new Trace(model.config, model.kernel, ids.length);
      await forward(model, trace, ids);
      const difference = async (of: Trace): Promise<number> => {
        const logits = await logitsAt(model, of, ids.length - 1);
        return logits[target] - logits[foil];
      };
      assert.ok(Math.abs((await difference(trace)) - clean) < TOLERANCE);
      const sources = { byName: (name: string) => (name === 'other' ? golden.other : undefined) };
      let worst = 0;
      for (const cut of cuts) {
        const edited = await editedRun(model, ids, [parseEdit(cut.edit)], { clean: trace, sources });
        const off = Math.abs((await difference(edited)) - cut.difference);
        edited.release();
        worst = Math.max(worst, off);
        assert.ok(off < TOLERANCE, `${cut.edit}: off by ${off}`);
        assert.ok(Math.abs(cut.difference - clean) > 5e-4, `${cut.edit} does something`);
      }
      const position = ids.length - 1;
      const { edges, heads } = await receipt(model, trace, { position, target, foil });
      const effects = new Map<string, number>();
      for (const edge of edges) {
        effects.set(printEdit(edgeEdit(edge, position, 'knockout')), edge.knockout!.total);
        effects.set(printEdit(edgeEdit(edge, position, 'zero')), edge.zero.total);
        effects.set(printEdit(edgeEdit(edge, position, 'swap')), edge.swap.total);
      }
      const pos = { from: position, to: position + 1 };
      for (const { layer, head, zero } of heads)
        effects.set(printEdit({ site: 'z', layer, head, pos, do: 'zero' }), zero.total);
      const both = cuts.filter(({ edit }) => effects.has(edit));
      assert.equal(both.length, 5);
      for (const cut of both) {
        const off = Math.abs(effects.get(cut.edit)! - (cut.difference - clean));
        worst = Math.max(worst, off);
        assert.ok(off < TOLERANCE, `receipt of ${cut.edit}: off by ${off}`);
      }
      if (process.env.VERBOSE) console.log(`      worst: ${worst.toExponential(1)}`);
      trace.release();
    });
  }
});
