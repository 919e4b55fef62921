/** Cards of neurons: values are those that the model's own cut takes away, searches find what they say, labels are held out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { activityOf, eachValue, numbering, type TextActivity } from '../../../../src/engine/neurons/activity';
import { neuronCards, type CardOptions } from '../../../../src/engine/neurons/cards';
import { kindsOf, whereKind } from '../../../../src/engine/neurons/kinds';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { toPanelTokens } from '../../../../src/engine/tokenizer/panelTokens';
import { Trace } from '../../../../src/engine/trace/trace';
import { TOKEN_KINDS, type NeuronCards, type TokenKind } from '../../../../src/protocol/neuronCards';
import { tinyModel } from '../../../support/tinyModel';

const TEXT = 'let a = f(g(1), [2]);\n  return "x";\n';
const OTHERS = ['f(x) {y} [z]', 'one, two. Three', 'a(b(c)), 42', '()[]{} done'].map((text, i) => ({
  name: `${i}.txt`,
  text,
}));

async function run(model: LoadedModel, text: string): Promise<Trace> {
  const ids = model.tokenizer.encode(text, { bos: model.tokenizer.addBos }).map(({ id }) => id);
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  return trace;
}

describe('cards of neurons', () => {
  for (const experts of [0, 6]) {
    it(`values are those of the receipts, and a card has the strongest of them (${experts} experts)`, async () => {
      const model = await tinyModel({ experts, layers: 2 });
      const trace = await run(model, TEXT);
      const { neurons, position } = await receipt(model, trace, {}, { controls: false });
      const activity = await activityOf(model, { name: null, text: TEXT }, 1000);
      const numbers = numbering(model.config);
      assert.equal(numbers.count, 2 * Math.max(1, experts) * 24);
      const all = valuesOf(activity, model);
      for (const { layer, expert, neuron, value } of neurons) {
        const own = all.get(`${layer}.${expert}.${neuron}`)!.find((one) => one.position === position)!;
        assert.ok(Math.abs(own.value - value) < 1e-5 * Math.max(1, Math.abs(value)), `${own.value} against ${value}`);
      }
      const { layer, expert, neuron } = neurons[0] as { layer: number; expert: number | null; neuron: number };
      const { cards } = await cardsOf(model, trace, { query: { layer, expert, neuron } });
      assert.equal(cards.length, 1);
      const mine = all.get(`${layer}.${expert}.${neuron}`)!;
      const largest = mine.reduce((best, one) => (Math.abs(one.value) > Math.abs(best.value) ? one : best));
      const same = mine.filter(({ value }) => value * cards[0].peak > 0);
      const first = same.reduce((best, one) => (Math.abs(one.value) > Math.abs(best.value) ? one : best), same[0]);
      if (same.length > 0) assert.equal(cards[0].here[0].position, first.position);
      assert.ok(Math.abs(cards[0].peak) >= Math.abs(largest.value) - 1e-6);
      // What it writes for is what a stronger write raises: the other way round for the smallest.
      const { up, down } = cards[0].writes!;
      assert.ok(up[0].logits > 0 && up.every(({ logits }, i) => i === 0 || logits <= up[i - 1].logits));
      assert.ok(down[0].logits < 0 && down.every(({ logits }, i) => i === 0 || logits >= down[i - 1].logits));
      trace.release();
    });
  }

  it('a shared expert’s neurons have cards, with the values of its receipts, and are found by search', async () => {
    const bytes = new Uint8Array(readFileSync('test/fixtures/models/qwen2moe-shared.gguf'));
    const model = await loadModel(new BufferSource(bytes, 'qwen2moe-shared.gguf'), undefined, 'reference');
    const trace = await run(model, TEXT);
    const { neurons, position } = await receipt(model, trace, {}, { controls: false });
    const { hidden, experts, sharedHidden } = model.config.shapes[0].feedForward;
    const each = experts * hidden + sharedHidden;
    assert.equal(numbering(model.config).count, model.config.layers * each);
    const shared = neurons.filter(({ expert }) => expert === 'shared');
    assert.ok(shared.length > 0);
    const all = valuesOf(await activityOf(model, { name: null, text: TEXT }, 1000), model);
    for (const { layer, neuron, value } of shared) {
      const own = all.get(`${layer}.shared.${neuron}`)!.find((one) => one.position === position)!;
      assert.ok(Math.abs(own.value - value) < 1e-5 * Math.max(1, Math.abs(value)), `${own.value} against ${value}`);
    }
    const { layer, neuron } = shared[0];
    const { cards } = await cardsOf(model, trace, { query: { layer, expert: 'shared', neuron } });
    const values = all.get(`${layer}.shared.${neuron}`)!;
    const [{ here, peak, writes, ...name }] = cards;
    assert.deepEqual([name.layer, name.expert, name.neuron], [layer, 'shared', neuron]);
    const same = values.filter(({ value }) => value * peak > 0);
    const first = same.reduce((best, one) => (Math.abs(one.value) > Math.abs(best.value) ? one : best));
    assert.ok(here[0].position === first.position && writes!.up.length > 0);
    const found = await cardsOf(model, trace, { query: { kind: 'closing-bracket', before: false }, most: 400 });
    assert.ok(found.cards.some(({ expert }) => expert === 'shared') && found.neurons === model.config.layers * each);
    const missing = { layer, expert: 'shared', neuron: sharedHidden } as const;
    await assert.rejects(cardsOf(model, trace, { query: missing }), /no neuron shared\.\d+ in layer/);
    await assert.rejects(
      tinyModel({ layers: 2 }).then(async (dense) =>
        cardsOf(dense, await run(dense, TEXT), { query: { layer: 0, expert: 'shared', neuron: 0 } }),
      ),
      /no neuron shared\.0 in layer 0/,
    );
    trace.release();
  });

  it('a search ranks by how well being on goes with what is meant, and tells it of texts that did not choose', async () => {
    const model = await tinyModel({ experts: 6, layers: 2 });
    const trace = await run(model, TEXT);
    const before = model.kernel.bytesInUse;
    const closing = await cardsOf(model, trace, { query: { kind: 'closing-bracket', before: false }, most: 5 });
    assert.equal(closing.cards.length, 5);
    assert.deepEqual(closing.texts, { count: 4, tokens: OTHERS.reduce((sum, { text }) => sum + text.length + 1, 0) });
    // Computed anew: precision and recall in the second and fourth text, on from half of the largest in the others.
    const texts = await Promise.all(OTHERS.map((one) => activityOf(model, one, 256)));
    const values = texts.map((one) => valuesOf(one, model));
    for (const { layer, expert, neuron, asked } of closing.cards) {
      const of = (i: number): { position: number; value: number }[] =>
        values[i].get(`${layer}.${expert}.${neuron}`) ?? [];
      const peak = [...of(0), ...of(2)].reduce(
        (best, { value }) => (Math.abs(value) > Math.abs(best) ? value : best),
        0,
      );
      let [on, both, wanted] = [0, 0, 0];
      for (const i of [1, 3]) {
        const characters = [...`?${OTHERS[i].text}`];
        wanted += characters.filter((one) => ')]}'.includes(one)).length;
        for (const { position, value } of of(i)) {
          if (value / peak < 0.5) continue;
          on++;
          if (')]}'.includes(characters[position])) both++;
        }
      }
      assert.deepEqual(asked, { precision: on === 0 ? 0 : both / on, recall: both / wanted });
    }
    const comma = await cardsOf(model, trace, { query: { characters: ' , ' } });
    assert.ok(comma.cards.length > 0 && comma.cards.every(({ asked }) => asked !== null));
    const none = await cardsOf(model, trace, { query: { characters: 'nowhere in them' } });
    assert.deepEqual(none.cards, []);
    assert.equal(model.kernel.bytesInUse, before);
    await assert.rejects(
      cardsOf(model, trace, { query: { layer: 1, expert: null, neuron: 3 } }),
      /no neuron 3 in layer 1/,
    );
    await assert.rejects(
      cardsOf(model, trace, { query: { layer: 7, expert: 1, neuron: 3 } }),
      /no neuron 1\.3 in layer 7/,
    );
    for (const [expert, neuron] of [
      [-1, 3],
      [0, -1],
      [0, 0.5],
      [NaN, 0],
    ]) {
      await assert.rejects(cardsOf(model, trace, { query: { layer: 1, expert, neuron } }), /no neuron .* in layer 1/);
    }
    let calls = 0;
    const stop = (): void => {
      if (++calls === 3) throw new Error('stop');
    };
    await assert.rejects(cardsOf(model, trace, { query: null, pause: stop }), /stop/);
    trace.release();
  });

  it('the kinds of tokens are what their names say', async () => {
    const { tokenizer } = await tinyModel();
    const text = 'a[(b, "c")]\n\tIf x == 12。\n';
    const tokens = toPanelTokens(tokenizer.encode(text), text, tokenizer);
    const masks = kindsOf(tokens, text);
    const where = (kind: TokenKind, before = false): string =>
      [...whereKind(masks, { kind, before })]
        .map((is, i) => (is ? text.slice(tokens[i].charStart, tokens[i].charEnd) : ''))
        .join('');
    const expected: Partial<Record<TokenKind, string>> = {
      'opening-bracket': '[(',
      'closing-bracket': ')]',
      'deep-in-brackets': 'b, "c")',
      quote: '""',
      comma: ',',
      'full-stop': '。。。',
      operator: '==',
      number: '12',
      'later-digit': '2',
      capital: 'I',
      'line-break': '\n\n',
      indentation: '\t',
      'line-start': 'aI',
    };
    for (const [kind, characters] of Object.entries(expected)) assert.equal(where(kind as TokenKind), characters, kind);
    assert.equal(where('closing-bracket', true), '")');
    assert.ok(TOKEN_KINDS.length < 32, 'a bit for each');
  });
});

const cardsOf = (model: LoadedModel, trace: Trace, options: Partial<CardOptions>): Promise<NeuronCards> =>
  neuronCards(model, trace, TEXT, { query: null, most: 8, texts: OTHERS, ...options });

function valuesOf(activity: TextActivity, model: LoadedModel): Map<string, { position: number; value: number }[]> {
  const numbers = numbering(model.config);
  const found = new Map<string, { position: number; value: number }[]>();
  eachValue(activity, numbers, (number, position, value) => {
    const layer = numbers.first.findLastIndex((first) => first <= number);
    const rest = number - numbers.first[layer];
    const { hidden, experts } = model.config.shapes[layer].feedForward;
    const experted = hidden * Math.max(1, experts);
    const name =
      rest >= experted
        ? `${layer}.shared.${rest - experted}`
        : `${layer}.${experts > 0 ? Math.floor(rest / hidden) : null}.${rest % hidden}`;
    found.set(name, [...(found.get(name) ?? []), { position, value }]);
  });
  return found;
}
