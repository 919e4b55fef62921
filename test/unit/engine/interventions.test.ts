/** Interventions on a text: what of them is refused there, and that an edited explanation is of the edited run. */
import assert from 'node:assert/strict';
import { explain, type ExplainOptions } from '../../../src/engine/explain';
import { tokenOf } from '../../../src/engine/interventions';
import { forward } from '../../../src/engine/model/forward';
import type { LoadedModel } from '../../../src/engine/model/load';
import { logitsAt } from '../../../src/engine/model/logits';
import { Trace } from '../../../src/engine/trace/trace';
import { parseEdit } from '../../../src/protocol/editText';
import { tinyModel } from '../../support/tinyModel';

const TEXT = 'Hello, hello';
const OPTIONS: ExplainOptions = {
  maxTokens: 64,
  top: 3,
  handle: { worker: 0, kept: 0 },
  signal: new AbortController().signal,
  progress: () => {},
};

describe('interventions on a text', () => {
  let model: LoadedModel;
  let ids: number[];
  let chosen: Int32Array;
  before(async () => {
    model = await tinyModel({ experts: 6, layers: 3 });
    ids = model.tokenizer.encode(TEXT, { bos: true }).map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    chosen = trace.layer(1).router!.ids.i32.slice(4 * 2, 5 * 2);
    trace.release();
  });

  const edited = (...edits: string[]): ReturnType<typeof explain> =>
    explain(model, TEXT, {
      ...OPTIONS,
      edits: edits.map(parseEdit),
      sources: { byName: (name) => (name === 'b.py' ? [256, 98, 99] : undefined) },
    });

  it('what means nothing there is refused, and the message says what would', async () => {
    const never = [0, 1, 2, 3, 4, 5].find((expert) => !chosen.includes(expert))!;
    const refused: [string, RegExp][] = [
      ['blocks.1.attn.hook_pattern[head=2,dst=3,src=7] = knockout', /token 3 comes before token 7; .*src=0 to 3/],
      [
        'blocks.1.attn.hook_pattern[head=2,dst=0,src=0] = knockout',
        /token 0 sees only itself in layer 1 head 2; dst=1:/,
      ],
      ['blocks.1.attn.hook_pattern[head=*,dst=5,src=0:6] = knockout', /all that token 5 sees is cut/],
      ['blocks.0.hook_resid_pre[pos=*] = zero', /cuts everything/],
      ['blocks.0.attn.hook_z[head=2,pos=40] = zero', /no token 40; the text has 13, 0 to 12/],
      ['tokens[13] = "a"', /no token 13/],
      ['tokens[2] = "ab"', /“ab” is not one token of this model; it is “a” “b”/],
      ['blocks.7.attn.hook_z[head=2,pos=*] = zero', /no layer 7; the model has 3, 0 to 2/],
      ['blocks.1.attn.hook_z[head=8,pos=*] = zero', /no head 8; layer 1 has 4, 0 to 3/],
      ['blocks.1.mlp.expert[9,pos=*] = contribution', /no expert 9; layer 1 has 6, 0 to 5/],
      ['blocks.1.hook_resid_pre[pos=2:9] = from("b.py",pos=0)', /tokens 0 to 7 of a text that has 3/],
      ['blocks.1.hook_resid_pre[pos=2] = from("c.py",pos=0)', /“c\.py” has not been run/],
      ...['contribution', 'route-around', 'swap(0)'].map((action): [string, RegExp] => [
        `blocks.1.mlp.expert[${never},pos=4] = ${action}`,
        new RegExp(`expert ${never} of layer 1 is never chosen there; chosen: ${chosen[0]}, ${chosen[1]}`),
      ]),
      [`blocks.1.mlp.neuron[${never}.3,pos=4] = zero`, /never chosen there/],
    ];
    const before = model.kernel.bytesInUse;
    for (const [edit, message] of refused) {
      await assert.rejects(edited(edit), { code: 'edit-invalid', message }, edit);
    }
    assert.equal(model.kernel.bytesInUse, before, 'nothing is kept');
    // After another edit the router may choose what it did not.
    (
      await edited('blocks.0.attn.hook_z[head=1,pos=*] = zero', `blocks.1.mlp.expert[${never},pos=4] = contribution`)
    ).trace.release();
  });

  it('names that do not exist are refused with the nearest that do', () => {
    for (const [text, message] of [
      ['blocks.2.attn.hook_patern[head=1,dst=3,src=2] = knockout', /perhaps attn\.hook_pattern\?/],
      ['blocks.2.hook_resid_pots[pos=3] = zero', /perhaps hook_resid_post\?/],
      ['blocks.2.attn.hook_z[head=1,pos=*] = zreo', /perhaps zero\?/],
      ['blocks.2.qqq[pos=3] = zero', /There is no place “qqq” in a layer; there are attn\.hook_pattern, /],
    ] as const) {
      assert.throws(() => parseEdit(text), { code: 'edit-invalid', message });
    }
  });

  it('another token in the text is the text with it', async () => {
    const { trace, explanation } = await edited('tokens[6] = "x"');
    const other = await explain(model, 'Hellox hello', OPTIONS);
    assert.deepEqual(trace.ids, other.trace.ids);
    assert.deepEqual(await logitsAt(model, trace, 12), await logitsAt(model, other.trace, 12));
    assert.deepEqual(explanation.interventions, ['tokens[6] = "x"']);
    // Beside an edit of the run: both act.
    const both = await edited('tokens[6] = "x"', 'blocks.1.attn.hook_z[head=2,pos=3:] = scale(-1)');
    const same = await explain(model, 'Hellox hello', { ...OPTIONS, edits: [parseEdit('L1H2[pos=3:] = scale(-1)')] });
    assert.deepEqual(await logitsAt(model, both.trace, 12), await logitsAt(model, same.trace, 12));
    assert.notDeepEqual(await logitsAt(model, both.trace, 12), await logitsAt(model, trace, 12));
    assert.equal(tokenOf(model.tokenizer, 'x'), ids[0] === 256 ? 120 : NaN);
  });

  it('starts from the kept clean run, which stays as it is, and a run without edits is that one to the last bit', async () => {
    const clean = await explain(model, TEXT, OPTIONS);
    const before = await logitsAt(model, clean.trace, 12);
    const edit = parseEdit('blocks.2.attn.hook_z[head=1,pos=*] = zero');
    const cut = await explain(model, TEXT, { ...OPTIONS, base: clean.trace, edits: [edit] });
    assert.ok(cut.explanation.computedTokens < 13, 'the layers below the edit are taken over');
    assert.notDeepEqual(cut.explanation.logprobs, clean.explanation.logprobs);
    assert.deepEqual(await logitsAt(model, clean.trace, 12), before);
    const back = await explain(model, TEXT, { ...OPTIONS, base: clean.trace });
    assert.deepEqual(await logitsAt(model, back.trace, 12), before);
    assert.deepEqual(back.explanation.logprobs, clean.explanation.logprobs);
  });
});
