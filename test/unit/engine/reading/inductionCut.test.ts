/** Does a cut confirm the induction head of a model that has one, on rows of random tokens given twice, and none in a model before it forms? */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inductionCut } from '../../../../bench/model/induction';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { loadModel } from '../../../../src/engine/model/load';
import { probe } from '../../../../src/engine/reading/probe';

const FOLDER = path.join('media', 'models');

describe('the cut of an induction head', () => {
  const { models } = JSON.parse(readFileSync(path.join(FOLDER, 'index.json'), 'utf8')) as {
    models: { file: string; age?: number }[];
  };
  const ages = models.filter(({ age }) => age !== undefined).sort((a, b) => a.age! - b.age!);

  /** Of the best head by its score, in a few rows. */
  async function cutOf({ file }: { file: string }): ReturnType<typeof inductionCut> {
    const bytes = new Uint8Array(readFileSync(path.join(FOLDER, file)));
    const model = await loadModel(new BufferSource(bytes, file), undefined, 'simd');
    const scores = Array.from((await probe(model)).find(({ role }) => role === 'induction')!.scores);
    return inductionCut(model, scores, 3);
  }

  it('takes the second time from the oldest age, and neither the first nor does another head’s', async () => {
    const { rows, intact, without, withoutOthers, takes, firstTime, needed } = await cutOf(ages.at(-1)!);
    assert.deepEqual([rows, needed], [3, true]);
    assert.ok(intact < 2 && without > 10, `${intact} → ${without} bits a token`);
    assert.ok(Math.abs(takes - (without - intact)) < 1e-9);
    assert.ok(
      Math.abs(withoutOthers - intact) < takes / 4 && Math.abs(firstTime) < 2,
      `${withoutOthers}, ${firstTime}`,
    );
  });

  it('confirms none in the youngest age', async () => {
    const { takes, needed } = await cutOf(ages[0]);
    assert.ok(!needed && Math.abs(takes) < 1, `${takes} bits`);
  });
});
