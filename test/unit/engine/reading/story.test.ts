/** Which of the stories that were found is told. */
import assert from 'node:assert/strict';
import { firstTold } from '../../../../src/engine/reading/story';

describe('of the stories that were found', () => {
  const other = { text: 'b', probability: 0.4 };
  const told = async (found: readonly { name: string; confirmed?: boolean; met?: boolean; choice?: boolean }[]) => {
    const asked: string[] = [];
    async function* stories() {
      for (const { name, confirmed = false, met = false, choice = false } of found) {
        asked.push(name);
        yield { name, cut: { confirmed }, met, ...(choice && { other }) };
      }
    }
    return { story: (await firstTold(stories()))?.name, asked };
  };

  it('the first that its cut confirms is told, and nothing behind it is cut', async () => {
    const { story, asked } = await told([
      { name: 'missed' },
      { name: 'sure', met: true, confirmed: true },
      { name: 'x' },
    ]);
    assert.equal(story, 'sure');
    assert.deepEqual(asked, ['missed', 'sure']);
  });

  it('where none is confirmed, only what it missed is told: not that it was sure of what came, nor undecided', async () => {
    assert.equal((await told([{ name: 'sure', met: true }])).story, undefined);
    assert.equal((await told([{ name: 'undecided', choice: true }])).story, undefined);
    assert.equal((await told([{ name: 'came', met: true, choice: true }])).story, undefined);
    assert.equal((await told([{ name: 'sure', met: true }, { name: 'missed' }, { name: 'weaker' }])).story, 'missed');
    assert.equal((await told([])).story, undefined);
  });

  it('at most three are cut', async () => {
    const { story, asked } = await told([1, 2, 3, 4].map((n) => ({ name: String(n), confirmed: n === 4 })));
    assert.equal(story, '1');
    assert.deepEqual(asked, ['1', '2', '3']);
  });
});
