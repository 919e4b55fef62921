/** What is left of a long run is told by what its parts took. */
import assert from 'node:assert/strict';
import { aboutTime, withTimeLeft } from '../../../../webview/shared/timeLeft';

describe('time left', () => {
  it('is told once there is something to tell it by, in seconds, minutes, hours', () => {
    assert.equal(withTimeLeft('Cutting: 1 of 533', 1, 533, 9000), 'Cutting: 1 of 533');
    assert.equal(withTimeLeft('Cutting: 2 of 533', 2, 533, 500), 'Cutting: 2 of 533');
    assert.equal(withTimeLeft('Cutting: 500 of 533', 500, 533, 500_000), 'Cutting: 500 of 533, about 33 s left');
    assert.equal(withTimeLeft('Cutting: 10 of 533', 10, 533, 10_000), 'Cutting: 10 of 533, about 9 min left');
    assert.equal(withTimeLeft('Cutting: 3 of 533', 3, 533, 90_000), 'Cutting: 3 of 533, about 5 h left');
    assert.equal(withTimeLeft('Cutting: 533 of 533', 533, 533, 90_000), 'Cutting: 533 of 533');
  });

  it('of what is not begun is said in seconds, minutes, hours', () => {
    assert.deepEqual([1, 14_200, 561_000, 9e6].map(aboutTime), [
      'about 1 s',
      'about 15 s',
      'about 10 min',
      'about 3 h',
    ]);
  });
});
