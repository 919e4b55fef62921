/** What the views say of layers that are not plain attention: windows, learned sinks, gated delta networks, shared experts. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { assertClose } from '../../support/close';
import { openExplained, type Explained } from '../driver/explained';

const fixture = (name: string): string => path.join(root, 'test', 'fixtures', 'models', `${name}.gguf`);
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
const TEXT = 'function mean(values) {\n  return sum(values) / values.length;\n}\n';

async function chooseHead(view: Explained, layer: number, head: number): Promise<void> {
  await view.openTab('attention');
  await view.page.locator(`.head-cell[data-layer="${layer}"][data-head="${head}"]`).click();
  await view.page.mouse.move(0, 0);
  await view.complete();
}

describe('A model with windows and learned sinks', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('gpt-oss') });
    await chooseHead(view, 0, 0);
  });
  after(() => view.close());

  it('marks on the text what is outside the window, which is not a weight of 0', async () => {
    const text = view.section('text');
    assert.match(await text.locator('.layer-hint').innerText(), /looks back over \d+ tokens/);
    const outside = text.locator('.token.outside[role="option"]');
    assert.ok((await outside.count()) > 0);
    assert.equal(await outside.first().getAttribute('aria-description'), 'outside the window');
    await chooseHead(view, 1, 0);
    assert.equal(await outside.count(), 0, 'the layer without a window');
    await chooseHead(view, 0, 0);
  });

  it('says of a pair that it is outside the window', async () => {
    const text = view.section('text');
    const last = text.locator('.token[role="option"]').last();
    await last.click();
    await text.locator('.token.outside[role="option"]').first().hover();
    await view.complete();
    assert.match(await text.locator('.readout').innerText(), /outside the window: this layer looks back over/);
  });

  it('has the sink’s own mass beside the text, which with the keys’ makes 100%', async () => {
    const said = await view.section('text').locator('.sink-line').innerText();
    const sink = Number(/learned sink: ([\d.]+)%/.exec(said)![1]);
    await view.openTab('edges');
    await view.complete();
    const { views } = JSON.parse(
      String((await view.rpc.call('exported', { format: 'json', view: 'arcs' }))!.content),
    ) as { views: { rows: (string | number)[][] }[] };
    const rows = views[0].rows;
    assert.equal(rows[0][2], 'learned sink');
    const weights = rows.map((row) => Number(row[3]));
    assertClose(weights[0] * 100, sink, 0.06, said);
    assertClose(sumOf(weights), 1, 1e-4);
  });

  it('draws the window’s edge and the sink’s column in the matrix', async () => {
    await view.openTab('attention');
    const words = await view.section('matrix').locator('.layer-hint').innerText();
    assert.match(words, /window’s edge/);
    assert.match(words, /learned sink/);
  });
});

describe('A model with gated delta networks', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('qwen35moe') })));
  after(() => view.close());

  it('begins at a head that has attention', async () => {
    await view.complete();
    const chosen = view.page.locator('.head-cell.chosen');
    assert.equal(await chosen.evaluate((cell) => cell.classList.contains('stateful')), false);
  });

  it('says in the grid which layers have none', async () => {
    const cell = view.page.locator('.head-cell[data-layer="0"][data-head="0"]');
    assert.match((await cell.getAttribute('aria-label'))!, /gated delta network: no attention/);
    assert.match(await view.section('heads').locator('.layers-hint').innerText(), /layers 0.*gated delta network/);
  });

  it('draws implied influence under its name, with both signs', async () => {
    await chooseHead(view, 0, 0);
    assert.match(await view.section('text').locator('h2').innerText(), /^Implied influence on/);
    assert.match(await view.section('matrix').locator('h2').innerText(), /^Implied influence in layer 0 head 0/);
    // Nothing looks at anything there.
    assert.doesNotMatch(await view.section('text').locator('vscode-radio-group').innerText(), /look/);
    for (const name of ['text', 'matrix']) {
      assert.match(await view.section(name).locator('.layer-hint').innerText(), /signed and does not sum to 1/, name);
      const legend = await view.section(name).locator('.legend').getAttribute('aria-label');
      assert.match(legend!, /from -[\d.]+ to \+[\d.]+/, name);
    }
    const { views } = JSON.parse(
      String((await view.rpc.call('exported', { format: 'json', view: 'matrix' }))!.content),
    ) as { views: { rows: (string | number)[][] }[] };
    const values = views[0].rows.flatMap((row) => row.slice(3)).filter((value) => value !== '');
    assert.ok(values.some((value) => Number(value) < 0) && values.some((value) => Number(value) > 0));
  });

  it('has no view of one token that is empty or failed for such a layer', async () => {
    await view.openTab('edges');
    await view.complete();
    assert.match(await view.section('stages').locator('.layer-hint').innerText(), /without being looked at/);
    assert.match(await view.section('edges').locator('p.words').innerText(), /largest implied influence/);
    assert.match(await view.section('arcs').locator('.layer-hint').innerText(), /no attention/);
  });

  it('averages the weights of layers that have some, and says which have not', async () => {
    await view.openTab('rollup');
    await view.complete();
    const rollup = view.section('rollup');
    assert.match(await rollup.locator('p.hint').first().innerText(), /have no part in it: 0/);
    await rollup.locator('select').first().selectOption('rollout');
    await view.complete();
    assert.match(await rollup.locator('.words').innerText(), /have no attention/);
  });

  it('names the shared expert beside those that were chosen', async () => {
    await view.openTab('experts');
    await view.complete();
    const experts = view.section('experts');
    assert.match(await experts.locator('.words').first().innerText(), /one shared expert, which no router chooses/);
    assert.ok((await experts.locator('.shared').count()) > 0);
  });
});

describe('A model with Mamba-2', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('granitehybrid') })));
  after(() => view.close());

  it('says what its layers are, and draws implied influence of their states', async () => {
    await view.complete();
    // Attention has three heads here, Mamba-2 six: three places are empty.
    const names = view.section('heads').locator('.head-cell[data-layer="2"] .cell-name');
    const seen = await names.evaluateAll((all) => all.map((name) => getComputedStyle(name).visibility));
    assert.equal(seen.filter((each) => each === 'hidden').length, 3);
    assert.equal(seen.length, 6);
    assert.match(await view.section('heads').locator('.layers-hint').innerText(), /layers 0–1, 3: Mamba-2/);
    await chooseHead(view, 0, 5);
    for (const name of ['text', 'matrix']) {
      assert.match(await view.section(name).locator('.layer-hint').innerText(), /it is Mamba-2.*signed/s, name);
    }
    await view.openTab('edges');
    await view.complete();
    assert.match(await view.section('edges').locator('p.words').innerText(), /largest implied influence/);
  });
});

describe('A model with short convolutions', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('lfm2') })));
  after(() => view.close());

  it('says what they are, and draws their shares of a few tokens alone', async () => {
    await view.complete();
    assert.match(await view.section('heads').locator('.layers-hint').innerText(), /layers 0–1, 3: short convolution/);
    await chooseHead(view, 0, 0);
    for (const name of ['text', 'matrix']) {
      assert.match(
        await view.section(name).locator('.layer-hint').innerText(),
        /sums the last 4 tokens.*sums to 1/s,
        name,
      );
    }
    const { views } = JSON.parse(
      String((await view.rpc.call('exported', { format: 'json', view: 'matrix' }))!.content),
    ) as { views: { rows: (string | number)[][] }[] };
    const last = views[0].rows.at(-1)!.slice(3).map(Number);
    assert.ok(last.slice(0, -4).every((share) => share === 0));
    assertClose(sumOf(last), 1, 0.01);
  });

  it('has no view of one token that is empty or failed for such a layer', async () => {
    await view.openTab('edges');
    await view.complete();
    assert.match(await view.section('stages').locator('.layer-hint').innerText(), /without being looked at/);
    assert.match(await view.section('edges').locator('p.words').innerText(), /largest implied influence/);
    assert.match(await view.section('arcs').locator('.layer-hint').innerText(), /no attention/);
  });
});

describe('A model whose router scores by sigmoids and chooses with a bias', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('glm4moe') });
    await view.openTab('experts');
    await view.complete();
  });
  after(() => view.close());

  it('says how it scores, chooses and weighs', async () => {
    const words = await view.section('experts').locator('.words').first().innerText();
    assert.match(words, /scores each expert by itself/);
    assert.match(words, /plus a bias .* no part in the weight/);
    assert.match(words, /divided by the sum .* times 1\.70/);
    assert.match(words, /Layer 0 is dense/);
  });

  it('shows what an expert was chosen by apart from its weight, in the token’s rows and in the table', async () => {
    const expert = view.section('experts').locator('.expert').first();
    const said = await expert.innerText();
    const [, choice, score, bias] = /chosen by ([\d.-]+): score ([\d.]+), bias ([+-][\d.]+)/.exec(said)!.map(Number);
    assertClose(score + bias, choice, 0.011, said);
    const { views } = JSON.parse(
      String((await view.rpc.call('exported', { format: 'json', view: 'experts' }))!.content),
    ) as { views: { columns: string[]; rows: (string | number)[][] }[] };
    const { columns, rows } = views[0];
    const [weight, scored, by] = ['Weight', 'Score', 'Chosen by'].map((name) => columns.indexOf(name));
    assert.ok(weight >= 0 && scored >= 0 && by >= 0, columns.join());
    // The weights of one token's three experts are their scores' shares, times 1.7; the choice has no part in them.
    for (let first = 0; first < rows.length; first += 3) {
      const own = rows.slice(first, first + 3);
      const sum = sumOf(own.map((row) => Number(row[scored])));
      for (const row of own) assertClose(Number(row[weight]), (1.7 * Number(row[scored])) / sum, 1e-5);
    }
    assert.ok(rows.some((row) => Math.abs(Number(row[by]) - Number(row[scored])) > 0.1));
  });

  it('says of the margin that it goes by the choice', async () => {
    const report = view.section('expert-report');
    await report.locator('select').selectOption('1');
    await view.complete();
    assert.match(await report.innerText(), /margin and runner-up go by what experts are chosen by/);
  });
});

describe('An encoder, which looks both ways', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ title: 'a.txt', text: 'The cat sat on the mat.', model: fixture('bert') });
    await view.complete();
  });
  after(() => view.close());

  it('offers nothing that needs a prediction, and says why', async () => {
    const seen = view.page.locator('[role="tab"]:visible');
    assert.deepEqual(await seen.evaluateAll((tabs) => tabs.map((tab) => (tab as HTMLElement).dataset.tab)), ['attention', 'edges', 'rollup', 'experts']); // prettier-ignore
    assert.match(await view.section('summary').innerText(), /looks both ways/);
    assert.equal(await view.page.locator('[data-story]').isVisible(), false);
    assert.equal(await view.section('header').locator('.buttons').getByRole('button').count(), 3);
  });

  it('has weights from and to later tokens: a row sums to 100%', async () => {
    await chooseHead(view, 1, 0);
    const tables = JSON.parse(
      String((await view.rpc.call('exported', { format: 'json', view: 'matrix' }))!.content),
    ) as { views: { rows: (string | number)[][] }[] };
    for (const row of tables.views[0].rows) {
      const weights = row.slice(3);
      assert.ok(
        weights.every((weight) => weight !== ''),
        'no cell is masked',
      );
      assertClose(sumOf(weights.map(Number)), 1, 1e-3);
    }
  });

  it('takes a cut, and says how far each token’s vector moved', async () => {
    await view.openTab('attention');
    const token = view.section('text').locator('.token[role="option"]').nth(3);
    const number = Number(await token.getAttribute('data-token'));
    await token.click({ button: 'right' });
    await view.rpc.call('event', { kind: 'intervene', act: 'cut', here: true });
    await view.complete();
    const list = view.section('interventions');
    await list.locator('li code').nth(1).waitFor();
    assert.deepEqual(await list.locator('li code').allTextContents(), [
      `blocks.*.attn.hook_pattern[head=*,dst=0:${number},src=${number}] = knockout`,
      `blocks.*.attn.hook_pattern[head=*,dst=${number + 1}:,src=${number}] = knockout`,
    ]);
    const changes = view.section('changes');
    await changes.locator('[data-reading="moved"]').waitFor();
    assert.match(await changes.locator('.words').innerText(), /moved by [\d.]+% of its length in the mean/);
    assert.equal(await changes.locator('[data-reading="next"], [data-reading="tokens"]').count(), 0);
    await list.getByText('Remove all').click();
    await changes.waitFor({ state: 'hidden' });
    await view.complete();
  });

  it('reads one token’s edges to all tokens, without a logit', async () => {
    const words = view.section('text').locator('.token[role="option"]');
    await words.nth(2).click();
    await view.openTab('edges');
    await view.complete();
    assert.equal(await view.section('why').isVisible(), false);
    const edges = view.section('edges');
    assert.equal(await edges.locator('[data-reading]').count(), 2);
    assert.match(await edges.locator('p.words').innerText(), /the longest vector comes from/);
    assert.match(await view.section('stages').innerText(), /none: this model looks both ways/);
    const arcs = JSON.parse(String((await view.rpc.call('exported', { format: 'json', view: 'arcs' }))!.content)) as {
      views: { rows: (string | number)[][] }[];
    };
    const weights = arcs.views[0].rows.map((row) => Number(row[3]));
    assertClose(sumOf(weights), 1, 1e-3);
  });
});

describe('An encoder with windows to both sides', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('modern-bert') });
    await chooseHead(view, 1, 0);
  });
  after(() => view.close());

  it('draws both edges, and marks on the text what is beyond them', async () => {
    assert.match(await view.section('matrix').locator('.layer-hint').innerText(), /edges.*5 tokens to each side/);
    assert.match(
      await view.section('heads').locator('.layers-hint').innerText(),
      /attention over 5 tokens to each side/,
    );
    const text = view.section('text');
    await text.locator('.token[role="option"]').nth(12).click();
    await view.complete();
    await view.settled();
    assert.match(await text.locator('.layer-hint').innerText(), /looks at 5 tokens to each side/);
    const seen = text.locator('.token:not(.outside)[role="option"]');
    assert.equal(await seen.count(), 11);
  });
});

describe('A model whose last layers make no keys of their own', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('gemma4-e') })));
  after(() => view.close());

  it('says whose they look at', async () => {
    const words = await view.section('heads').locator('.layers-hint').innerText();
    assert.match(words, /attention over the last 11 tokens, looking at keys and values of layer 2/);
    assert.match(words, /: attention, looking at keys and values of layer 3/);
  });
});

describe('A model whose keys and values are made from latents', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('deepseek2') })));
  after(() => view.close());

  it('says so', async () => {
    const words = await view.section('heads').locator('.layers-hint').innerText();
    assert.match(words, /layers 0–2: attention to keys and values that are made from a latent/);
  });
});

describe('A model whose layers need no network', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('nemotron_h_moe') })));
  after(() => view.close());

  it('says so of them, and offers nothing to be done to one', async () => {
    assert.match(await view.section('heads').locator('.layers-hint').innerText(), /no feed-forward network/);
    await view.openTab('experts');
    await view.complete();
    assert.match(await view.section('experts').innerText(), /Layer 1 has no feed-forward network/);
  });
});
