import assert from 'node:assert/strict';
import { layerExperts } from '../../../../src/engine/explain';
import { expertReport } from '../../../../src/engine/reading/experts';
import { tokenClass } from '../../../../src/engine/reading/tokenClass';
import { forward } from '../../../../src/engine/model/forward';
import { Trace } from '../../../../src/engine/trace/trace';
import { plainRun } from '../../../support/plainModel';
import { tinyModel, tinyModelBytes } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

const TEXT = 'let x = f(x);\nlet y = f(y);\n1 + 2 + 3\n';
const IDS = [256, ...Buffer.from(TEXT)];

describe('an expert report', () => {
  it('has margin, runner-up, entropy and load as the router’s probabilities give them', async () => {
    const model = await tinyModel({ experts: 6 });
    const trace = new Trace(model.config, model.kernel, IDS.length);
    await forward(model, trace, IDS);
    const texts = ['', ...TEXT];
    const report = expertReport(trace, 1, texts);
    const routing = plainRun(tinyModelBytes({ experts: 6 }), IDS).routing[1];
    const load = new Array<number>(6).fill(0);
    const chosen = routing.map((p) => [...p.keys()].sort((a, b) => p[b] - p[a]));
    routing.forEach((p, token) => {
      const [first, second, third] = chosen[token];
      load[first]++;
      load[second]++;
      assert.equal(report.runnerUp[token], third);
      assertClose(report.margin[token], p[second] - p[third], 1e-4);
      const bits = -p.reduce((sum, value) => sum + value * Math.log2(value), 0);
      assertClose(report.entropy[token], bits, 1e-3);
    });
    assert.deepEqual([...report.load], load);
    assertClose(report.imbalance, Math.max(...load) / (IDS.length / 3), 1e-6);
    for (const { a, b, tokens, lift } of report.together) {
      const both = chosen.filter((order) => order.slice(0, 2).includes(a) && order.slice(0, 2).includes(b)).length;
      assert.equal(tokens, both);
      assertClose(lift, both / ((load[a] * load[b]) / IDS.length), 1e-6);
    }
    const classes = texts.map(tokenClass);
    assert.ok(report.likes.length > 0);
    for (const { expert, tokens, tokenClass: kind, share, chance } of report.likes) {
      assert.equal(tokens, load[expert]);
      const own = classes.filter((_, token) => chosen[token].slice(0, 2).includes(expert));
      const excess = (name: string): number =>
        own.filter((one) => one === name).length / own.length -
        classes.filter((one) => one === name).length / IDS.length;
      assertClose(share - chance, excess(kind), 1e-9);
      for (const other of new Set(classes)) assert.ok(excess(other) <= excess(kind) + 1e-9, `${other} over ${kind}`);
    }
  });

  it('is of as many experts as the layer has, where another has more', async () => {
    const model = await tinyModel({ experts: 6 });
    const trace = new Trace(model.config, model.kernel, IDS.length);
    await forward(model, trace, IDS);
    const among = Object.create(trace, { config: { value: { ...trace.config, experts: 8, expertsUsed: 3 } } }) as Trace;
    assert.deepEqual(expertReport(among, 1, ['', ...TEXT]), expertReport(trace, 1, ['', ...TEXT]));
    assert.deepEqual(layerExperts(among, 1), layerExperts(trace, 1));
  });

  it('is refused for a dense layer', async () => {
    const model = await tinyModel();
    const trace = new Trace(model.config, model.kernel, 2);
    await forward(model, trace, [256, 65]);
    assert.throws(() => expertReport(trace, 0, ['', 'A']), /no experts/);
  });
});

describe('token classes', () => {
  it('go by characters', () => {
    const classes = ['return', ' Foo_1', '变量', '3.14', ' (', ');', '+=', '\n  ', '  ', '', '"', '<bos>'].map(
      tokenClass,
    );
    assert.deepEqual(classes, [
      'keyword',
      'word',
      'word',
      'number',
      'bracket',
      'other',
      'operator',
      'line-break',
      'space',
      'other',
      'punctuation',
      'other',
    ]);
  });
});
