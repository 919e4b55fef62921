import assert from 'node:assert/strict';
import { Kept } from '../../../src/engine/kept';
import { keyOf } from '../../../src/protocol/handle';

describe('what a worker keeps', () => {
  it('has names of which none is given twice, whatever it is kept in', () => {
    const readings = new Kept<string>(1);
    const imports = new Kept<string>(1);
    const handles = [readings.keep('a'), imports.keep('b'), imports.newHandle(), readings.keep('c')];
    assert.equal(new Set(handles.map(keyOf)).size, handles.length);
    const [a, b] = handles;
    assert.deepEqual([imports.find(a), readings.find(b)], [undefined, undefined]);
    assert.deepEqual([readings.release(b), imports.release(b)], [undefined, 'b']);
    assert.equal(readings.of(a), 'a');
  });

  it('is not found by a name that another worker gave', () => {
    const kept = new Kept<string>(2);
    const handle = kept.keep('a');
    assert.equal(kept.find({ ...handle, worker: 1 }), undefined);
    assert.equal(kept.of(handle), 'a');
  });
});
