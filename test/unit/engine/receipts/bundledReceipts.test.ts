/** Receipts of the bundled 8-bit model say what a whole run under the same edit says: edges, heads, experts, neurons, roles. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { editedRun } from '../../../../src/engine/interventions';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import { expertEdit } from '../../../../src/engine/receipts/experts';
import { neuronEdit } from '../../../../src/engine/receipts/neurons';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { roleReceipts } from '../../../../src/engine/receipts/roles';
import { toPanelTokens } from '../../../../src/engine/tokenizer/panelTokens';
import { roleScores } from '../../../../src/engine/trace/roles';
import { Trace } from '../../../../src/engine/trace/trace';
import type { Edit } from '../../../../src/protocol/edit';
import { printEdit } from '../../../../src/protocol/editText';
import { edgeEdit } from '../../../../src/protocol/receipts';

const FILE = 'media/models/attention-explainer-moe-q8_0.gguf';
/** In logits. Measured: 5e-6; with the last product unrounded on one side it was 0.03. */
const TOLERANCE = 1e-3;

describe('receipts of the bundled model', () => {
  let model: LoadedModel;
  before(async () => {
    model = await loadModel(new BufferSource(new Uint8Array(readFileSync(FILE)), FILE), undefined, 'simd');
  });

  it('each total is the difference of two whole runs, and the floor is what rounding does', async () => {
    const ids = model.tokenizer.encode('def add(a, b):\n    return a', { bos: true }).map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const position = ids.length - 1;
    const found = await receipt(model, trace, { position }, { controls: false });
    const { target, foil, floor, edges, heads, experts, neurons } = found;
    const difference = async (of: Trace): Promise<number> => {
      const logits = await logitsAt(model, of, position);
      return logits[target.id] - logits[foil.id];
    };
    const pos = { from: position, to: position + 1 };
    const cuts: [Edit, number][] = [
      ...strongest(edges, ({ knockout }) => knockout?.total ?? 0).map((edge): [Edit, number] => [
        edgeEdit(edge, position),
        edge.knockout!.total,
      ]),
      ...strongest(heads, ({ zero }) => zero.total).map(({ layer, head, zero }): [Edit, number] => [
        { site: 'z', layer, head, pos, do: 'zero' },
        zero.total,
      ]),
      ...strongest(experts, ({ contribution }) => contribution.total).map(
        ({ layer, expert, contribution }): [Edit, number] => [
          expertEdit(layer, expert, position, 'contribution', null),
          contribution.total,
        ],
      ),
      ...strongest(neurons, ({ zero }) => zero.total).map((neuron): [Edit, number] => [
        neuronEdit(neuron, position),
        neuron.zero.total,
      ]),
    ];
    assert.equal(cuts.length, 16);
    const clean = await difference(trace);
    for (const [edit, total] of cuts) {
      const edited = await editedRun(model, ids, [edit], { clean: trace });
      const whole = (await difference(edited)) - clean;
      edited.release();
      assert.ok(Math.abs(total - whole) < TOLERANCE, `${printEdit(edit)}: ${total} against ${whole}`);
    }
    assert.ok(floor > 0.005 && floor < 0.1, `floor ${floor}`);
    trace.release();
  });

  it('a circuit adds up, and each predicted cut is the frozen one to what rounding does', async () => {
    const ids = model.tokenizer.encode('def add(a, b):\n    return a', { bos: true }).map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const { completeness, checked, difference } = await circuit(model, trace, { nodes: 200 });
    const all = completeness.allOfDifference * Math.abs(difference);
    assert.ok(Math.abs(completeness.remainder) < 0.01 * all, `${completeness.remainder} of ${all}`);
    for (const { from, to, predicted, frozen, floor } of checked) {
      const off = Math.abs(predicted - frozen);
      assert.ok(off <= floor + 1e-9, `${from} → ${to}: ${off}, ${floor}`);
      // Rounding is one of what is summed, however much of that cancels: of the prediction, twice what the remainder is held to.
      const most = to === 'D' ? 2 * 0.01 * all : 0.05 * Math.max(1, Math.abs(frozen));
      assert.ok(floor < most, `${from} → ${to}: ${floor} of ${most}`);
    }
    // However large the floors. Measured: 13 % where the prediction is read, 4 % between neurons; predicted 30 % too little it was 27 %.
    const total = (edges: typeof checked, of: (edge: (typeof checked)[number]) => number): number =>
      edges.reduce((sum, edge) => sum + Math.abs(of(edge)), 0);
    for (const [ends, most] of [
      [checked.filter(({ to }) => to === 'D'), 0.2],
      [checked.filter(({ from, to }) => from[0] === 'L' && to !== 'D'), 0.1],
    ] as const) {
      assert.ok(ends.length > 2);
      const share = total(ends, ({ predicted, frozen }) => predicted - frozen) / total(ends, ({ frozen }) => frozen);
      assert.ok(share < most, `${ends[0].to}: ${share}`);
    }
    trace.release();
  });

  it('a role’s head is cut where the role has its say: each place is a whole run, beside other places and heads', async () => {
    const text = 'first = read(left)\nsecond = read(left)\nthird = read(left)\n';
    const tokens = model.tokenizer.encode(text, { bos: true });
    const ids = tokens.map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const panelTokens = toPanelTokens(tokens, text, model.tokenizer);
    const scores = await roleScores(trace, panelTokens, text);
    const found = await roleReceipts(model, trace, { tokens: panelTokens, text, scores });
    const induction = found.find(({ role }) => role === 'induction');
    assert.ok(induction, 'an induction head stands out');
    const { layer, head, places, mean, falls, interval, elsewhere, others, needed } = induction;
    assert.equal(falls, places.filter(({ effect }) => effect < 0).length);
    assert.ok(Math.abs(places.reduce((sum, { effect }) => sum + effect, 0) / places.length - mean) < 1e-9);
    assert.ok(interval![0] <= mean && mean <= interval![1] && interval![0] < interval![1]);
    assert.equal(needed, falls > places.length / 2 && interval![1] < -2 * Math.abs(elsewhere!));
    assert.ok(others !== null && places.every(({ position }) => position < ids.length - 1));
    for (const { position, effect } of places.slice(0, 3)) {
      const pos = { from: position, to: position + 1 };
      const edited = await editedRun(model, ids, [{ site: 'z', layer, head, pos, do: 'zero' }], { clean: trace });
      const [before, after] = [await logitsAt(model, trace, position), await logitsAt(model, edited, position)];
      const target = ids[position + 1];
      const foil = before.reduce(
        (best, logit, id) => (id !== target && (best < 0 || logit > before[best]) ? id : best),
        -1,
      );
      const whole = after[target] - after[foil] - (before[target] - before[foil]);
      edited.release();
      assert.ok(Math.abs(whole - effect) < TOLERANCE, `after ${position}: ${effect} against ${whole}`);
    }
    trace.release();
  });
});

function strongest<One>(all: readonly One[], total: (one: One) => number): One[] {
  return [...all].sort((a, b) => Math.abs(total(b)) - Math.abs(total(a))).slice(0, 4);
}
