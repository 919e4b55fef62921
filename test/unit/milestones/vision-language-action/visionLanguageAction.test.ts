/** Rules, instructions that nobody has shown, the two drivers, the log that Foxglove's own library reads, and a small run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { McapIndexedReader, TempBuffer } from '@mcap/core';
import { actionOf, tokensOf } from '../../../../src/milestones/vision-language-action/actions';
import { drive, isStraightFree, REST } from '../../../../src/milestones/vision-language-action/drive';
import { visionLanguageAction } from '../../../../src/milestones/vision-language-action/experiment';
import { initial, WIDTH } from '../../../../src/milestones/vision-language-action/net';
import { nearest } from '../../../../src/milestones/vision-language-action/nearest';
import { CELLS, DIRECTIONS, HANDLED, KINDS, NEW, SEEN, SIDE, UNSEEN, VERBS } from '../../../../src/milestones/vision-language-action/options'; // prettier-ignore
import { pathOf } from '../../../../src/milestones/vision-language-action/planner';
import { byRules } from '../../../../src/milestones/vision-language-action/rules';
import { NAMES } from '../../../../src/milestones/vision-language-action/things';
import { captionOf, demonstrated, demonstration, Drawer, heardInPart, instruction, VOCABULARY } from '../../../../src/milestones/vision-language-action/world'; // prettier-ignore
import { readSafetensors } from '../../../../src/milestones/shared/safetensors';
import { sizeOf } from '../../../../src/milestones/shared/train';
import { seededRandom } from '../../../../src/shared/random';
import { runOnce } from '../../../support/runOnce';

const tableWith = (...cells: number[]): Int8Array => {
  const things = new Int8Array(CELLS).fill(-1);
  for (const cell of cells) things[cell] = 0;
  return things;
};

describe('vision, language, action', function () {
  this.timeout(60_000);

  it('writes every action as three tokens of its own, and reads them back', () => {
    const seen = new Set<string>();
    for (const verb of VERBS) {
      for (const direction of DIRECTIONS) {
        for (let cell = 0; cell < CELLS; cell++) {
          const tokens = tokensOf({ verb, cell, direction });
          seen.add(tokens.join());
          assert.deepEqual(actionOf(tokens), { verb, cell, direction });
        }
      }
    }
    assert.equal(seen.size, VERBS.length * DIRECTIONS.length * CELLS);
  });

  it('shows no action with what demonstrations must not have, and asks for it in instructions', () => {
    const drawer = new Drawer(5, 2);
    const random = seededRandom(5);
    const shown = Array.from({ length: 300 }, () => demonstration(drawer, random));
    const kindOf = ({ table, action }: (typeof shown)[number]) => KINDS[table.things[action.cell]];
    const pair = ({ action }: (typeof shown)[number]) => `${action.verb} ${action.direction}`;
    assert.ok(shown.every((each) => HANDLED.includes(kindOf(each) as never)));
    assert.ok(shown.every(({ action }) => action.verb !== 'turn'));
    const pairs = new Set(shown.map(pair));
    for (let at = 0; at < 20; at++) {
      assert.ok(!pairs.has(pair(instruction('composition', drawer, random))));
      assert.ok(NEW.includes(kindOf(instruction('captions', drawer, random)) as never));
      assert.equal(instruction('never shown', drawer, random).action.verb, 'turn');
      const { words } = instruction('known', drawer, random);
      assert.ok(!shown.some((each) => each.words.join() === words.join()));
    }
  });

  it('rules know what is on their list and nothing else', () => {
    const lies = new Map([['cup', 7] as const, ['star', 9] as const]);
    assert.deepEqual(byRules(['please', 'shove', 'the', 'mug', 'left'], lies), { verb: 'push', cell: 7, direction: 'left' }); // prettier-ignore
    assert.equal(byRules(['push', 'the', 'pentagram', 'left'], lies), null);
    assert.equal(byRules(['push', 'the', 'cat', 'left'], lies), null);
    assert.equal(byRules(['push', 'the', 'cup', 'to', 'the', 'door'], lies)?.direction, 'none');
    assert.equal(byRules(['push', 'the', 'cup', 'to', 'the', 'door'], lies, { door: 'left' })?.direction, 'left');
  });

  it('the nearest demonstration does what it did, to what looks alike', () => {
    const drawer = new Drawer(6, 1);
    const random = seededRandom(6);
    const shown = Array.from({ length: 40 }, () => demonstration(drawer, random));
    // One hand for each kind: the same words on the same table give the same action.
    assert.deepEqual(nearest(shown[3], [shown[3]]), shown[3].action);
  });

  it('A* goes around what lies there by a shortest way, and says where there is none', () => {
    const random = seededRandom(7);
    for (let trial = 0; trial < 200; trial++) {
      const blocked = new Set(Array.from({ length: 12 }, () => Math.floor(random() * CELLS)));
      const [start, goal] = [Math.floor(random() * CELLS), Math.floor(random() * CELLS)];
      const way = pathOf(start, goal, blocked);
      assert.equal(way === null ? Infinity : way.length - 1, breadthFirst(start, goal, blocked));
      for (const cell of way?.slice(1, -1) ?? []) assert.ok(!blocked.has(cell));
    }
  });

  it('pushes until something stops it, carries to the edge, and straight ahead touches what is in the way', () => {
    const things = tableWith(14, 12);
    assert.deepEqual(drive({ verb: 'push', cell: 14, direction: 'left' }, things).moved, [14, 13]);
    assert.equal(drive({ verb: 'carry', cell: 14, direction: 'left' }, things).moved.at(-1)! % SIDE, 0);
    assert.deepEqual(drive({ verb: 'take', cell: 14, direction: 'none' }, things).moved, [14]);
    assert.ok(isStraightFree(REST + 3, things));
    assert.ok(!isStraightFree(REST + 3, tableWith(REST + 3, REST + 1)));
  });

  it('a sentence heard in part is not asked for what was not heard, and keeps the rest', () => {
    const random = seededRandom(8);
    const drawer = new Drawer(8, 1);
    const seen = { verb: 0, side: 0 };
    for (let at = 0; at < 300; at++) {
      const row = demonstrated(demonstration(drawer, random));
      const part = heardInPart(row, random);
      const [verb, cell, side] = part.tokens;
      assert.equal(cell, row.tokens[1]);
      assert.ok(verb !== null || side !== null);
      if (verb === null) {
        seen.verb++;
        assert.deepEqual(part.words, ['', ...row.words.slice(1)]);
      } else if (side === null) {
        seen.side++;
        assert.deepEqual(part.words, row.words.slice(0, 3));
      } else assert.deepEqual(part, row);
    }
    assert.ok(seen.verb > 60 && seen.side > 60, JSON.stringify(seen));
  });

  it('captions say both names of everything, and neither a place nor an action', () => {
    const table = new Drawer(9, 1).table([KINDS.indexOf('key'), KINDS.indexOf('cup')], seededRandom(9));
    assert.deepEqual(captionOf(table).toSorted(), ['cup', 'key', 'latchkey', 'mug']);
  });

  it('ships weights of at most 1 MB that have read no word of a new kind', () => {
    const file = new Uint8Array(readFileSync(path.join('media', 'weights', 'vision-language-action.safetensors')));
    assert.ok(file.length <= 1_000_000, String(file.length));
    const { tensors } = readSafetensors(file, 'weights');
    assert.deepEqual(Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape])), Object.fromEntries(Object.entries(initial()).map(([name, { shape }]) => [name, shape]))); // prettier-ignore
    const words = new Float32Array(tensors.words.bytes.slice().buffer);
    const size = (word: string): number => Math.hypot(...words.subarray(VOCABULARY.indexOf(word) * WIDTH, (VOCABULARY.indexOf(word) + 1) * WIDTH)); // prettier-ignore
    const read = [...HANDLED, ...SEEN].flatMap((kind) => NAMES[kind]).map(size);
    for (const kind of NEW) for (const name of NAMES[kind]) assert.ok(size(name) < Math.min(...read) / 2, name);
  });

  it('has at most 250,000 weights', () => assert.ok(sizeOf(initial()) <= 250_000, String(sizeOf(initial()))));

  const run = runOnce(visionLanguageAction, { options: { demonstrations: 20, steps: 1, tested: 2 } });

  it('gives all policies and a log of each instruction that Foxglove’s library opens', async () => {
    const { result, answer } = await run();
    for (const policy of ['vla', 'shuffled', 'uncaptioned', 'blind', 'deaf', 'nearest', 'rules'] as const) {
      assert.equal(Object.keys(result.right[policy]!).length, UNSEEN.length + 1, policy);
    }
    assert.deepEqual(result.scene.map(({ shown }) => shown), [0, 5, 20, 50]); // prettier-ignore
    assert.equal(result.sceneRules.at(-1), 1);
    const file = await answer!({ seen: 1 }, new AbortController().signal);
    const reader = await McapIndexedReader.Initialize({ readable: new TempBuffer(file) });
    const read: { topic: string; type: string; time: number; message: unknown }[] = [];
    for await (const { channelId, logTime, data } of reader.readMessages()) {
      const channel = reader.channelsById.get(channelId)!;
      const type = reader.schemasById.get(channel.schemaId)!.name;
      read.push({ topic: channel.topic, type, time: Number(logTime) / 1e9, message: JSON.parse(new TextDecoder().decode(data)) }); // prettier-ignore
    }
    const { log, words } = result.seen[1];
    const inOrder = (list: readonly { topic: string }[]) => list.map(({ topic }) => topic);
    assert.deepEqual(inOrder(read).toSorted(), inOrder(log).toSorted());
    assert.deepEqual(read.find(({ topic }) => topic === '/instruction')!.message, { data: words.join(' ') });
    const poses = read.filter(({ topic }) => topic === '/arm/pose');
    assert.deepEqual(poses.map(({ time, message }) => ({ time, message })), log.filter(({ topic }) => topic === '/arm/pose').map(({ time, message }) => ({ time, message }))); // prettier-ignore
    assert.ok(read.every(({ type }) => /^(std|sensor|geometry|nav)_msgs\/msg\/\w+$/.test(type)));
  });
});

/** Steps of a shortest way, by trying all. */
function breadthFirst(start: number, goal: number, blocked: ReadonlySet<number>): number {
  const steps = new Map([[start, 0]]);
  for (const cell of steps.keys()) {
    if (cell === goal) return steps.get(cell)!;
    const column = cell % SIDE;
    const beside = [column > 0 ? cell - 1 : -1, column < SIDE - 1 ? cell + 1 : -1, cell - SIDE, cell + SIDE];
    for (const next of beside) {
      if (next < 0 || next >= CELLS || steps.has(next) || (next !== goal && blocked.has(next))) continue;
      steps.set(next, steps.get(cell)! + 1);
    }
  }
  return Infinity;
}
