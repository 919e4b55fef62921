/** What a learner may predict of an experiment: two numbers or more that its check has, of one unit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MILESTONES } from '../../../../src/shared/history/timeline';
import type { CheckedNumbers } from '../../../../src/protocol/milestones';
import { PREDICTABLE } from '../../../../webview/milestones/predictable';

describe('milestones: what can be predicted', () => {
  for (const { id } of MILESTONES) {
    it(id, () => {
      const checked = JSON.parse(readFileSync(`src/milestones/${id}/checked.json`, 'utf8')) as CheckedNumbers;
      const asked = PREDICTABLE[id] ?? [];
      const rows = asked.map((name) => checked.rows.find((row) => row.name === name));
      assert.ok(rows.length >= 2);
      assert.deepEqual(
        asked.filter((_, at) => !rows[at]),
        [],
      );
      assert.equal(new Set(rows.map((row) => row?.unit)).size, 1);
    });
  }
});
