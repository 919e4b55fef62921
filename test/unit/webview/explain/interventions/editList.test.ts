import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { LayerCard } from '../../../../../src/protocol/explanation';
import { parseEdit, printEdit } from '../../../../../src/protocol/editText';
import type { InterveneAct } from '../../../../../src/protocol/panelApi';
import { asNnsight } from '../../../../../webview/explain/interventions/asNnsight';
import { asPython } from '../../../../../webview/explain/interventions/asPython';
import { EditList } from '../../../../../webview/explain/interventions/editList';
import { editWords } from '../../../../../webview/explain/interventions/editWords';
import { asked, lookedAt, offers } from '../../../../../webview/explain/interventions/offers';
import { STEERING } from '../../../../../src/shared/controlPictures';
import { othersByChance } from '../../../../../src/shared/random';
import { partThing, type Thing } from '../../../../../webview/explain/interventions/things';
import { shortRun as run } from '../../../../support/shortRun';

const ONE = 'blocks.2.attn.hook_z[head=5,pos=*] = zero';
const TWO = 'blocks.1.mlp.expert[7,pos=3] = route-around';
const THREE = 'tokens[1] = " yield"';
describe('the list of interventions', () => {
  const listed = (): { list: EditList; told: string[][] } => {
    const told: string[][] = [];
    const list = new EditList(() => told.push(list.inForce));
    return { list, told };
  };

  it('adds nothing twice, switches off and on, orders, removes, and goes back over all of it', () => {
    const { list, told } = listed();
    list.add(parseEdit(ONE), parseEdit(TWO));
    list.add(parseEdit(ONE));
    assert.deepEqual(list.inForce, [ONE, TWO]);
    list.toggle(0);
    assert.deepEqual(list.inForce, [TWO]);
    assert.equal(list.text, `# ${ONE}\n${TWO}`);
    list.add(parseEdit(ONE));
    assert.deepEqual(list.inForce, [ONE, TWO], 'asked for again, it is on again');
    list.move(1, -1);
    list.move(0, -1);
    assert.deepEqual(list.inForce, [TWO, ONE]);
    list.remove(0);
    list.clear();
    assert.deepEqual(list.inForce, []);
    const states: string[][] = [];
    while (list.canUndo) {
      list.undo();
      states.push(list.inForce);
    }
    assert.deepEqual(states, [[ONE], [TWO, ONE], [ONE, TWO], [TWO], [ONE, TWO], [ONE, TWO], []]);
    assert.ok(told.length >= 8, 'each change is told');
  });

  it('comes back as it was kept: in its order, with what was off, and in force where the run is as the model is', () => {
    const { list, told } = listed();
    const text = `${TWO}\n# ${ONE}\nnot an intervention`;
    list.restore(text, []);
    assert.equal(list.text, `${TWO}\n# ${ONE}`);
    assert.deepEqual(told, [[TWO]]);
    const again = listed();
    again.list.adopt([TWO]);
    again.list.restore(text, [TWO]);
    assert.equal(again.list.text, `${TWO}\n# ${ONE}`);
    assert.deepEqual(again.told, [], 'what is in force already is asked of nobody');
    again.list.restore(THREE, [TWO]);
    assert.equal(again.list.text, `${TWO}\n# ${ONE}`, 'another run’s list is not taken');
  });

  it('takes over what a run was made under, and keeps what was off', () => {
    const { list, told } = listed();
    list.add(parseEdit(ONE), parseEdit(TWO));
    list.toggle(1);
    const before = told.length;
    list.adopt([THREE]);
    assert.deepEqual(list.inForce, [THREE]);
    assert.equal(list.text, `${THREE}\n# ${ONE}\n# ${TWO}`);
    list.adopt([THREE]);
    assert.equal(told.length, before, 'nobody is asked for what is in force already');
  });
});

describe('what can be done to what is looked at', () => {
  const experts = {
    layer: 1,
    experts: 8,
    topK: 2,
    ids: Uint16Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    weights: new Float32Array(8),
  };
  const layers = [
    { heads: 4, lookless: false, window: Infinity },
    { heads: 4, lookless: false, window: Infinity },
  ];
  const place = (token: number): string => `1:${token + 1}`;
  const around = { query: 3, tokens: 4, place, layers, experts: [null, experts] };
  const things: Thing[] = [
    ...lookedAt({ layer: 1, head: 2 }, 3, 1, around),
    { kind: 'expert', layer: 1, expert: 1, token: 3 },
    { kind: 'expert', layer: 1, expert: 1, token: null },
    { kind: 'neuron', layer: 1, expert: 7, neuron: 5, token: 3 },
    { kind: 'neuron', layer: 0, expert: null, neuron: 9, token: null },
    { kind: 'mlp', layer: 0, token: 3 },
  ];

  it('every offer is an intervention that prints and reads back, and none means nothing', () => {
    const all = things.flatMap((thing) => [
      ...offers(thing, around).flatMap(({ edits }) => edits),
      ...asked(thing, around).flatMap((one) => one.edits(2)),
    ]);
    for (const edit of all) assert.deepEqual(printEdit(parseEdit(printEdit(edit))), printEdit(edit));
    const names = all.map(printEdit);
    for (const expected of [
      'blocks.1.attn.hook_z[head=2,pos=*] = zero',
      'blocks.1.attn.hook_z[head=0,pos=*] = zero',
      'blocks.1.attn.hook_z[head=2,pos=*] = scale(2)',
      'blocks.1.attn.hook_pattern[head=2,dst=3,src=1] = knockout',
      'blocks.1.attn.hook_pattern[head=2,dst=3,src=2:4] = knockout',
      'blocks.*.attn.hook_pattern[head=*,dst=2:,src=1] = knockout',
      'blocks.1.mlp.expert[7,pos=3] = route-around',
      'blocks.1.mlp.expert[7,pos=3] = swap(2)',
      'blocks.1.mlp.expert[1,pos=3] = force',
      'blocks.1.mlp.neuron[7.5,pos=3] = zero',
      'blocks.0.mlp.neuron[9,pos=*] = scale(0.5)',
      'blocks.1.hook_mlp_out[pos=*] = zero',
    ]) {
      assert.ok(names.includes(expected), `${expected} in\n${names.join('\n')}`);
    }
    // The first token sees only itself: nothing is knocked out there.
    const first = offers(
      { kind: 'edge', layer: 0, head: 0, query: 0, key: 0 },
      { query: 0, tokens: 4, place, layers: [{ heads: 1, lookless: false, window: Infinity }], experts: [] },
    );
    assert.deepEqual(
      first.flatMap(({ edits }) => edits.map(({ do: action }) => action)),
      ['zero', 'swap'],
    );
  });

  it('nothing is offered that the engine refuses: after the last token nobody looks, and a window has a first key', () => {
    const near = { ...around, tokens: 4, layers: [{ heads: 4, lookless: false, window: 3 }] };
    const edits = (thing: Thing): string[] =>
      offers(thing, near)
        .flatMap((offer) => offer.edits)
        .map(printEdit);
    assert.deepEqual(edits({ kind: 'token', token: 3 }), []);
    assert.ok(
      edits({ kind: 'token', token: 2 }).includes('blocks.*.attn.hook_pattern[head=*,dst=3:,src=2] = knockout'),
    );
    const edge = { kind: 'edge', layer: 0, head: 1, query: 3 } as const;
    const kept = (key: number): string[] =>
      offers({ ...edge, key }, near)
        .filter(({ act }) => act === 'keepOnly')
        .flatMap((offer) => offer.edits)
        .map(printEdit);
    assert.deepEqual(kept(1), ['blocks.0.attn.hook_pattern[head=1,dst=3,src=2:4] = knockout']);
    assert.deepEqual(kept(2), [
      'blocks.0.attn.hook_pattern[head=1,dst=3,src=1] = knockout',
      'blocks.0.attn.hook_pattern[head=1,dst=3,src=3] = knockout',
    ]);
    assert.deepEqual(edits({ ...edge, key: 0 }), [], 'outside the window');
  });

  it('where later tokens are seen, looks at them and by them are cut, as far as the window reaches', () => {
    const near = { ...around, query: 3, tokens: 9, layers: [{ heads: 4, lookless: false, window: 3 }], bothWays: true };
    const edits = (thing: Thing): string[] => offers(thing, near).flatMap((offer) => offer.edits.map(printEdit));
    assert.ok(lookedAt({ layer: 0, head: 1 }, 3, 5, near).some(({ kind }) => kind === 'edge'));
    const edge = { kind: 'edge', layer: 0, head: 1, query: 3 } as const;
    assert.ok(edits({ ...edge, key: 5 }).includes('blocks.0.attn.hook_pattern[head=1,dst=3,src=1:5] = knockout'));
    assert.deepEqual(edits({ ...edge, key: 6 }), [], 'outside the window');
    const first = { kind: 'edge', layer: 0, head: 1, query: 0, key: 2 } as const;
    assert.ok(edits(first).includes('blocks.0.attn.hook_pattern[head=1,dst=0,src=2] = knockout'));
    assert.deepEqual(edits({ kind: 'token', token: 5 }), [
      'blocks.*.attn.hook_pattern[head=*,dst=0:5,src=5] = knockout',
      'blocks.*.attn.hook_pattern[head=*,dst=6:,src=5] = knockout',
      'blocks.*.attn.hook_pattern[head=*,dst=3,src=5] = knockout',
    ]);
  });

  it('of a layer without a network nothing is offered to be done to one', () => {
    const near = { ...around, layers: [{ heads: 4, lookless: false, window: Infinity, networkless: true }] };
    const thing = { kind: 'layer', layer: 0 } as const;
    const all = [
      ...offers(thing, near).flatMap(({ edits }) => edits),
      ...asked(thing, near).flatMap((one) => one.edits(2)),
    ].map(printEdit);
    assert.ok(all.length > 3 && all.every((edit) => edit.startsWith('blocks.0.hook_attn_out')), all.join('\n'));
  });

  it('what a feed-forward part wrote is cut at that token alone, attention stays; a shared expert has no cut of its own', () => {
    const cards = (['dense', 'experts'] as const).map(
      (feedForward) => ({ mixer: { kind: 'attention', heads: 4 }, feedForward }) as LayerCard,
    );
    const thing = partThing({ kind: 'feed-forward', layer: 0 }, 2, cards)!;
    assert.deepEqual(
      offers(thing, around).map(({ act, edits }) => [act, ...edits.map(printEdit)]),
      [
        ['cut', 'blocks.0.hook_mlp_out[pos=2] = zero'],
        ['halve', 'blocks.0.hook_mlp_out[pos=2] = scale(0.5)'],
      ],
    );
    assert.equal(partThing({ kind: 'feed-forward', layer: 1 }, 2, cards), undefined);
    assert.equal(partThing({ kind: 'embedding' }, 2, cards), undefined);
  });

  it('of a layer without attention there is no look to cut: a write is skipped', () => {
    const delta = { ...around, layers: around.layers.map((layer) => ({ ...layer, lookless: true })) };
    const all = lookedAt({ layer: 1, head: 2 }, 3, 1, delta).flatMap((thing) =>
      offers(thing, delta).flatMap(({ edits }) => edits.map(printEdit)),
    );
    assert.ok(all.includes('blocks.1.attn.hook_write[head=2,pos=1] = skip'));
    assert.ok(all.includes('blocks.1.attn.hook_write[head=*,pos=1] = skip'));
    assert.deepEqual(
      all.filter((one) => one.startsWith('blocks.1.attn.hook_pattern')),
      [],
    );
  });

  it('each entry of the context menu means one thing, and cutting is possible everywhere', () => {
    for (const thing of things) {
      const acts = offers(thing, around).flatMap(({ act }) => (act ? [act] : []));
      assert.deepEqual([...new Set(acts)], acts, JSON.stringify(thing));
      assert.ok(acts.includes('cut'), JSON.stringify(thing));
    }
    // As the manifest shows them.
    const { menus } = (
      JSON.parse(readFileSync('package.json', 'utf8')) as {
        contributes: { menus: Record<string, { command: string; when: string }[]> };
      }
    ).contributes;
    const shownOn = (command: string): string[] => {
      const { when } = menus['webview/context'].find((entry) => entry.command === `attentionExplainer.${command}`)!;
      return (/thing (?:=~ \/\^\(|== )([a-z|]+)/.exec(when)?.[1] ?? '').split('|');
    };
    const commands: Partial<Record<InterveneAct, string>> = {
      cut: 'cutThis',
      cutHere: 'cutThisHere',
      keepOnly: 'keepOnlyThis',
      halve: 'halveThis',
      swap: 'swapThis',
      ban: 'banThis',
    };
    for (const [act, command] of Object.entries(commands)) {
      const having = things.filter((thing) => offers(thing, around).some((offer) => offer.act === act));
      assert.deepEqual(new Set(having.map(({ kind }) => kind)), new Set(shownOn(command)), act);
    }
  });

  it('each is put into words', () => {
    const words = (text: string): string => editWords(parseEdit(text), run);
    assert.equal(words(ONE), 'layer 2 head 5 is cut at every token');
    assert.equal(words(TWO), 'layer 1 expert 7 may not be chosen at token 8:2 ‘c’');
    assert.equal(words(THREE), 'token 7:1 is ‘·yield’ instead of ‘a’');
    assert.equal(
      words('L1H2[dst=3,src=1] = swap(mean)'),
      'layer 1 head 2: from token 8:2 ‘c’ to token 7:1 ‘a’ reads the mean value',
    );
    assert.equal(
      words('blocks.0.hook_mlp_out[pos=1:] = scale(0.5)'),
      'feed-forward of layer 0 is multiplied by 0.5 at tokens from 7:1 on',
    );
  });

  it('goes out as a program for TransformerLens, and what that has no hook for is said', () => {
    const python = asPython(
      [ONE, TWO, THREE, 'L1H2[dst=3,src=1] = knockout', 'blocks.0.hook_mlp_out[pos=1:] = scale(0.5)'].map(parseEdit),
      { text: 'a "b"\n', tokens: 6, prependsBos: true },
    );
    for (const line of [
      'tokens = model.to_tokens("a \\"b\\"\\n", prepend_bos=True)',
      'tokens[0, 1] = model.to_single_token(" yield")',
      `# ${ONE}`,
      '    value[:, :, 5] = 0',
      '    ("blocks.2.attn.hook_z", edit_0),',
      '    value[:, 2, 3:4, 1:2] = -torch.inf',
      '    ("blocks.1.attn.hook_attn_scores", edit_3),',
      '    value[:, 1:] *= 0.5',
    ]) {
      assert.ok(python.split('\n').includes(line), `${line} in\n${python}`);
    }
    assert.ok(python.includes('handles.append(mixture(model.blocks[1].mlp, around=[(7, slice(3, 4))]))'), python);
    const mixture = [
      'blocks.1.mlp.expert[7,pos=3] = contribution',
      'blocks.1.mlp.expert[2,pos=*] = swap(4)',
      'blocks.0.mlp.expert[5,pos=2:] = force',
      'blocks.1.mlp.neuron[7.5,pos=3] = scale(2)',
      'blocks.1.mlp.neuron[shared.5,pos=3] = zero',
      'L1H2[dst=3,src=1:3] = swap(mean)',
    ].map(parseEdit);
    const whole = { text: 'a', tokens: 6, prependsBos: false };
    const redone = [
      'forced=[(5, slice(2, None))]',
      'swapped=[(2, 4, slice(0, None))], left_out=[(7, slice(3, 4))], neurons=[(7, 5, 2, slice(3, 4))]',
    ];
    const lens = asPython(mixture, whole);
    for (const [layer, change] of redone.entries())
      assert.ok(lens.includes(`handles.append(mixture(model.blocks[${layer}].mlp, ${change}))`), lens);
    assert.match(lens, /neuron\[shared\.5,pos=3\] = zero\n# TransformerLens has no module for an expert/);
    assert.match(lens, /edges = value\[:, 2:3, 3:4, 1:3\]\n.*\n {4}edges\.zero_\(\)/);
    assert.ok(lens.includes('    ("blocks.1.attn.hook_z", edit_5_mean),'));
    // The other library's modules, in the order in which a layer comes to them; edges are left to the first.
    const other = asNnsight(
      [...mixture, parseEdit(ONE), parseEdit('blocks.1.hook_resid_pre[pos=1:3] = mean(text)')],
      whole,
    );
    const order = ['first(layers[0].mlp.output)', redone[0], 'value = layers[1].input', redone[1], 'value = layers[2].self_attn']; // prettier-ignore
    const places = order.slice(1).map((line) => other.indexOf(line, other.indexOf('model.trace(ids):\n    #')));
    assert.ok(
      places.every((at, i) => at > 0 && (i === 0 || at > places[i - 1])),
      `${places.join()} in\n${other}`,
    );
    assert.match(other, /= clean_7\[:, :\]\.mean/);
    assert.match(other, /# L1H2|blocks\.1\.attn\.hook_pattern.*\n# not here: copy for TransformerLens/);
    assert.ok(other.includes('    value[:, :, 5 * D:5 + 1 * D]') === false && other.includes('5 * D:6 * D'));
    // What a file or a text is called stays one string, in which nothing turns the line around.
    const hostile = asPython(
      [
        { site: 'tokens', pos: 1, do: 'text', text: '\u202e"\n' },
        { site: 'resid_pre', layer: 0, do: 'from', source: 'b\u2066\r\nimport os\u0085.py', sourcePos: 1 },
      ],
      { text: '\u2028\u202e"\n\u0000', tokens: 3, prependsBos: false },
    );
    assert.ok(!hostile.replaceAll('\n', '').match(STEERING));
    assert.doesNotMatch(hostile, /^import os/m);
    assert.ok(hostile.includes(String.raw`tokens = model.to_tokens("\u2028\u202e\"\n\u0000", prepend_bos=False)`));
    assert.doesNotMatch(python, /edit_1\)/);
    const write = asPython([parseEdit('blocks.1.attn.hook_write[head=2,pos=1] = skip')], {
      text: 'a',
      tokens: 1,
      prependsBos: false,
    });
    assert.match(write, /= skip\n# TransformerLens has no hook for what a layer without attention writes/);
    assert.doesNotMatch(write, /def edit_0/);
    // Another token's, as the engine draws them; another text's, from where it was said.
    const taken = asPython(
      ['L1H2[pos=2:5] = resample(seed=7)', 'blocks.0.hook_resid_pre[pos=3:] = from("b.py",pos=1)'].map(parseEdit),
      { text: 'a', tokens: 6, prependsBos: false },
    );
    const others = othersByChance(7, 6);
    assert.ok(others.every((other, i) => other !== i && other < 6));
    for (const line of [
      `    value[:, 2:5, 2] = clean[hook.name][:, [${others.slice(2, 5).join(', ')}], 2]`,
      '_, other_1 = model.run_with_cache(model.to_tokens(OTHER_1, prepend_bos=False))',
      '    value[:, 3:] = other_1[hook.name][:, 1:1 + rows]',
    ]) {
      assert.ok(taken.split('\n').includes(line), `${line} in\n${taken}`);
    }
  });
});
