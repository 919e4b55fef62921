import assert from 'node:assert/strict';
import type { Edit } from '../../../src/protocol/edit';
import { printLines, readLines } from '../../../src/protocol/editLines';
import { parseEdit, printEdit } from '../../../src/protocol/editText';
import { seededRandom } from '../../../src/shared/random';
import { assertProblem } from '../../support/problems';

const one = (at: number): { from: number; to: number } => ({ from: at, to: at + 1 });
const ALL = { from: 0, to: Infinity };

/** Canonical text and edit, in both directions. */
const PAIRS: [text: string, edit: Edit][] = [
  [
    'blocks.2.attn.hook_pattern[head=5,dst=41,src=17] = knockout',
    { site: 'pattern', layer: 2, head: 5, dst: one(41), src: one(17), do: 'knockout' },
  ],
  [
    'blocks.*.attn.hook_pattern[head=*,dst=*,src=0:4] = swap(mean)',
    { site: 'pattern', dst: ALL, src: { from: 0, to: 4 }, do: 'swap' },
  ],
  ['blocks.5.attn.hook_z[head=3,pos=*] = zero', { site: 'z', layer: 5, head: 3, do: 'zero' }],
  ['blocks.5.attn.hook_z[head=3,pos=2:] = scale(0.5)', { site: 'z', layer: 5, head: 3, pos: { from: 2, to: Infinity }, do: 'scale', by: 0.5 }], // prettier-ignore
  ['blocks.5.attn.hook_z[head=3,pos=7] = mean(text)', { site: 'z', layer: 5, head: 3, pos: one(7), do: 'mean' }],
  ['blocks.5.attn.hook_z[head=3,pos=*] = resample(seed=7)', { site: 'z', layer: 5, head: 3, do: 'resample', seed: 7 }],
  ['blocks.3.mlp.expert[17,pos=12] = contribution', { site: 'expert', layer: 3, expert: 17, pos: one(12), do: 'contribution' }], // prettier-ignore
  ['blocks.3.mlp.expert[17,pos=*] = route-around', { site: 'expert', layer: 3, expert: 17, do: 'route-around' }],
  ['blocks.3.mlp.expert[17,pos=12] = swap(22)', { site: 'expert', layer: 3, expert: 17, pos: one(12), do: 'swap', to: 22 }], // prettier-ignore
  ['blocks.3.mlp.expert[17,pos=*] = force', { site: 'expert', layer: 3, expert: 17, do: 'force' }],
  ['blocks.3.mlp.neuron[17.5,pos=12] = scale(2)', { site: 'neuron', layer: 3, expert: 17, neuron: 5, pos: one(12), do: 'scale', by: 2 }], // prettier-ignore
  ['blocks.3.mlp.neuron[shared.5,pos=12] = zero', { site: 'neuron', layer: 3, expert: 'shared', neuron: 5, pos: one(12), do: 'zero' }], // prettier-ignore
  ['blocks.3.mlp.neuron[5,pos=*] = zero', { site: 'neuron', layer: 3, neuron: 5, do: 'zero' }],
  ['blocks.4.hook_resid_post[pos=9] = from("b.py",pos=9)', { site: 'resid_post', layer: 4, pos: one(9), do: 'from', source: 'b.py', sourcePos: 9 }], // prettier-ignore
  ['blocks.4.hook_resid_pre[pos=0:3] = from(#7,pos=2)', { site: 'resid_pre', layer: 4, pos: { from: 0, to: 3 }, do: 'from', source: 7, sourcePos: 2 }], // prettier-ignore
  ['blocks.4.hook_attn_out[pos=*] = scale(-1)', { site: 'attn_out', layer: 4, do: 'scale', by: -1 }],
  ['blocks.4.hook_mlp_out[pos=*] = zero', { site: 'mlp_out', layer: 4, do: 'zero' }],
  ['tokens[12] = " yield"', { site: 'tokens', pos: 12, do: 'text', text: ' yield' }],
  ['tokens[0] = "a \\"quoted\\" ] = \\n"', { site: 'tokens', pos: 0, do: 'text', text: 'a "quoted" ] = \n' }],
];

describe('edits as text', () => {
  it('are printed in one form, which is read back as the same edit', () => {
    for (const [text, edit] of PAIRS) {
      assert.equal(printEdit(edit), text);
      assert.deepEqual(parseEdit(text), edit, text);
    }
  });

  it('steer no line by the text that they write', () => {
    const text = 'a\u202eb\u2028c';
    const printed = printEdit({ site: 'tokens', pos: 1, do: 'text', text } as Edit);
    assert.equal(printed, 'tokens[1] = "a\\u202eb\\u2028c"');
    assert.equal((parseEdit(printed) as Extract<Edit, { do: 'text' }>).text, text);
  });

  it('are read in short forms and with other spaces, too', () => {
    const reads = (text: string, canonical: string): void => assert.equal(printEdit(parseEdit(text)), canonical);
    reads('L2H5 = zero', 'blocks.2.attn.hook_z[head=5,pos=*] = zero');
    reads('a2.h5[pos=3]=scale(.5)', 'blocks.2.attn.hook_z[head=5,pos=3] = scale(0.5)');
    reads('L2H5[dst=41, src=17]  =  knockout ', 'blocks.2.attn.hook_pattern[head=5,dst=41,src=17] = knockout');
    reads('L3E17[pos=12] = route-around', 'blocks.3.mlp.expert[17,pos=12] = route-around');
    reads('L3Nshared.5 = zero', 'blocks.3.mlp.neuron[shared.5,pos=*] = zero');
    reads('L3N17.5 = zero', 'blocks.3.mlp.neuron[17.5,pos=*] = zero');
    reads('blocks.4.hook_mlp_out = zero', 'blocks.4.hook_mlp_out[pos=*] = zero');
  });

  it('that are none are refused with what was read and what is possible', () => {
    const refused = (text: string, ...patterns: RegExp[]): void => {
      assertProblem('edit-invalid', () => parseEdit(text), ...patterns);
    };
    refused('', /is no intervention/, /hook_z/);
    refused('cut everything', /is no intervention/);
    refused('blocks.1.attn.hook_v[head=1] = zero', /no place “attn\.hook_v”/, /attn\.hook_z/, /hook_resid_post/);
    refused('layers.1.attn = zero', /no place “layers\.1\.attn”/);
    refused('L1H2 = knockout', /“knockout” is not possible there; there are zero, /);
    refused('blocks.1.attn.hook_pattern[dst=3,src=1] = scale(2)', /knockout, zero, swap\(mean\)/);
    refused('L1H2[pos=x] = zero', /“x”.*no positions/);
    refused('L1H2[pos=3,where=4] = zero', /“where” says nothing/);
    refused('L1H2[pos=3,pos=4] = zero', /one too many/);
    refused('L1H2 = scale()', /no factor/);
    refused('L1H2 = scale(1e999)', /no factor/);
    refused('L1H2 = zero(3)', /not possible/);
    refused('blocks.1.mlp.expert[pos=3] = contribution', /names no expert/);
    refused('blocks.*.attn.hook_z[head=1] = zero', /Every layer at once is possible for edges only/);
    refused('L1H2 = from("b.py")', /no run and position/);
    refused('tokens[1] = yield', /“yield” is not possible/);
    refused('tokens[99999999999] = "a"', /names no position/);
    refused('L3N17.5.9 = zero', /names no neuron/);
    refused('blocks.3.mlp.neuron[17.5.] = zero', /names no neuron/);
    const long = '9'.repeat(400);
    for (const layer of [`L${long}H1`, `a${long}.h1`, `blocks.${long}.hook_resid_pre`, `L${long}N1`])
      refused(`${layer} = zero`, /names no layer/);
    refused(`blocks.${long}.attn.hook_pattern[dst=3,src=1] = zero`, /names no layer/);
    for (const place of ['9007199254740993', '9007199254740993:', '0:9007199254740993'])
      refused(`L1H2[pos=${place}] = zero`, /are no positions/);
    refused(`L1H2 = from("b.py",pos=${long})`, /no run and position/);
    refused(`L1H2 = from(#${long},pos=1)`, /no run and position/);
  });

  it('whatever is typed gives an edit or says why not, and what is read prints what is read', () => {
    const random = seededRandom(5);
    const below = (n: number): number => Math.floor(random() * n);
    const typed = '0179.*:[],=("#) seazhp';
    let read = 0;
    for (let round = 0; round < 5000; round++) {
      const [canonical] = PAIRS[below(PAIRS.length)];
      const at = below(canonical.length);
      const text =
        canonical.slice(0, at) + (below(2) ? typed[below(typed.length)] : '') + canonical.slice(at + below(2));
      let edit: Edit;
      try {
        edit = parseEdit(text);
      } catch (thrown) {
        assert.equal((thrown as { code?: string }).code, 'edit-invalid', `${text}: ${String(thrown)}`);
        continue;
      }
      read++;
      assert.deepEqual(parseEdit(printEdit(edit)), edit, text);
    }
    assert.ok(read > 500);
  });

  it('are one a line in a file: remarks and empty lines are passed over, wrong ones told by number', () => {
    const text = '\uFEFF# L1H1 = zero\r\n\n # what this is about\n  L2H5 = zero  \rL2H5 = zreo\n9';
    const { list, wrong, lines } = readLines(text);
    assert.equal(
      printLines(list),
      '# blocks.1.attn.hook_z[head=1,pos=*] = zero\nblocks.2.attn.hook_z[head=5,pos=*] = zero',
    );
    assert.deepEqual(
      wrong.map(({ line }) => line),
      [5, 6],
    );
    assert.match(wrong[0].message, /perhaps zero\?/);
    assert.equal(lines, 5);
    assert.deepEqual(readLines(printLines(list)).list, list);
    assertProblem('edit-invalid', () => readLines('L1H1 = zero\n'.repeat(1001)), /1001 lines are too many/);
    const long = readLines(`${'a'.repeat(1e6)}\ntokens[1] = "${'b'.repeat(1e6)}"\n# ${'c'.repeat(1e6)}\nL1H1 = zero`);
    assert.equal(long.list.length, 1);
    assert.deepEqual(
      long.wrong.map(({ line }) => line),
      [1, 2],
    );
    assert.ok(long.wrong.every(({ message }) => message.length < 100 && message.includes('characters are too many')));
  });
});
