import assert from 'node:assert/strict';
import { fittingOptions, milestoneLink, readMilestoneLink } from '../../../src/protocol/milestoneLink';
import type { Control } from '../../../src/protocol/milestones';

const read = (link: string): unknown => {
  const [path, query = ''] = link.split('?');
  return readMilestoneLink(path, query);
};

describe('a link to an entry of the history', () => {
  it('leads to the entry as it was set', () => {
    const link = milestoneLink('word2vec', 7, { a: '国王 − man & "x"', n: 0.5, on: true });
    assert.deepEqual(read(link), {
      id: 'word2vec',
      seed: 7,
      options: { a: '国王 − man & "x"', n: '0.5', on: 'true' },
    });
    assert.deepEqual(read('/milestones/phil/'), { id: 'phil' });
  });

  it('to nowhere, or longer than settings are, is none', () => {
    for (const link of ['', '/', '/milestones', '/milestones/nowhere', '/milestones/../phil', '/other/phil'])
      assert.equal(read(link), undefined, link);
    assert.equal(read(`/milestones/phil?o.a=${'x'.repeat(5000)}`), undefined);
  });

  it('leaves out a seed that is none', () => {
    for (const seed of ['-1', '1e9', '4294967296', '99999999999', 'NaN', '', '1.5'])
      assert.deepEqual(read(`/milestones/phil?seed=${seed}`), { id: 'phil' }, seed);
  });
});

describe('options of a link', () => {
  const controls: Record<string, Control<string | number | boolean>> = {
    size: { kind: 'number', label: 'Size', default: 4, min: 1, max: 9, step: 1 },
    kind: { kind: 'choice', label: 'Kind', default: 2, values: [{ value: 2, label: 'two' }, { value: 3, label: 'three' }] }, // prettier-ignore
    on: { kind: 'toggle', label: 'On', default: true },
    word: { kind: 'text', label: 'Word', default: 'a', maxLength: 5 },
    depth: { kind: 'fixed', label: '', default: 3 },
  };

  it('are taken as a person could have set them', () => {
    const given = { size: '5', kind: '3', on: 'false', word: '你好' };
    assert.deepEqual(fittingOptions(controls, given), { size: 5, kind: 3, on: false, word: '你好' });
  });

  it('lie on a step, as exactly as decimals do', () => {
    const rate: Control<number> = { kind: 'number', label: 'Rate', default: 0.3, min: 0.1, max: 0.9, step: 0.1 };
    for (const given of ['0.1', '0.3', '0.7', '0.30000000000000004', '0.9'])
      assert.deepEqual(fittingOptions({ rate }, { rate: given }), { rate: Number(given) }, given);
    for (const given of ['0.35', '0.31', '-0.1', '0']) assert.deepEqual(fittingOptions({ rate }, { rate: given }), {});
  });

  it('that nobody could have set are left out', () => {
    for (const given of [{ size: '10' }, { size: '' }, { size: 'x' }, { kind: '4' }, { on: 'yes' }, { word: 'longer' }])
      assert.deepEqual(fittingOptions(controls, given as unknown as Record<string, string>), {}, JSON.stringify(given));
    for (const size of ['0x5', '5e0', '4.5', '+5', ' 5', '5.', 'Infinity', 'NaN'])
      assert.deepEqual(fittingOptions(controls, { size }), {}, size);
    const foreign = JSON.parse('{"depth":"9","__proto__":"1","constructor":"2","other":"3"}') as Record<string, string>;
    assert.deepEqual(fittingOptions(controls, foreign), {});
  });
});
