import assert from 'node:assert/strict';
import { FollowedText, type ReadText, type TextChange } from '../../../src/editor/followedText';
import { seededRandom } from '../../../src/shared/random';

/** A document that sends its changes as VS Code does. */
class Editable {
  constructor(
    public content: string,
    private readonly follower: () => FollowedText,
  ) {}
  readonly read: ReadText = (from, to) => this.content.slice(from, to);
  edit(...changes: TextChange[]): void {
    for (const { rangeOffset, rangeLength, text } of changes) {
      this.content = this.content.slice(0, rangeOffset) + text + this.content.slice(rangeOffset + rangeLength);
    }
    this.follower().apply(changes, this.read);
  }
}

function follow(content: string, text: string): { document: Editable; followed: FollowedText } {
  const followed = new FollowedText(text, content.indexOf(text));
  return { document: new Editable(content, () => followed), followed };
}

const replace = (rangeOffset: number, rangeLength: number, text: string): TextChange => ({
  rangeOffset,
  rangeLength,
  text,
});

describe('FollowedText', () => {
  it('moves with an edit before it and stays for one behind it', () => {
    const { document, followed } = follow('aaa TEXT bbb', 'TEXT');
    document.edit(replace(9, 3, ''), replace(0, 1, 'longer'));
    assert.equal(followed.stale, false);
    assert.deepEqual(followed.toDocument(1, 3), { from: 10, to: 12 });
    assert.equal(followed.fromDocument(10), 1);
    assert.equal(followed.fromDocument(14), undefined);
  });

  it('typing right at its borders leaves it whole', () => {
    const { document, followed } = follow('aTEXTb', 'TEXT');
    document.edit(replace(5, 0, 'x'));
    document.edit(replace(1, 0, 'y'));
    assert.equal(followed.stale, false);
    assert.deepEqual(followed.range, { from: 2, to: 6 });
  });

  it('an edit inside withholds what was changed and keeps both ends', () => {
    const { document, followed } = follow('..abcdef..', 'abcdef');
    document.edit(replace(4, 2, 'XYZ'));
    assert.equal(followed.stale, true);
    assert.deepEqual(followed.toDocument(0, 2), { from: 2, to: 4 });
    assert.equal(followed.toDocument(1, 3), undefined);
    assert.deepEqual(followed.toDocument(4, 6), { from: 7, to: 9 });
    assert.equal(followed.fromDocument(3), 1);
    assert.equal(followed.fromDocument(5), undefined);
    assert.equal(followed.fromDocument(8), 5);
  });

  for (const [name, offset, length] of [
    ['its first characters', 2, 2],
    ['its last characters', 6, 2],
    ['everything', 2, 6],
    ['a piece across its beginning', 0, 4],
    ['a piece across its end', 6, 4],
  ] as const) {
    it(`deleting ${name} makes it stale, undo makes it whole again`, () => {
      const { document, followed } = follow('..abcdef..', 'abcdef');
      const gone = document.read(offset, offset + length);
      document.edit(replace(offset, length, ''));
      assert.equal(followed.stale, true);
      document.edit(replace(offset, 0, gone));
      assert.equal(followed.stale, false);
      assert.deepEqual(followed.range, { from: 2, to: 8 });
    });
  }

  it('is found again when the whole document is replaced', () => {
    const { document, followed } = follow('aaa TEXT bbb', 'TEXT');
    document.edit(replace(0, 12, 'something before TEXT'));
    assert.equal(followed.stale, false);
    assert.equal(document.read(followed.range.from, followed.range.to), 'TEXT');
  });

  /** `characters`: what the document is made of and what is typed into it. */
  function randomEdits(seed: number, characters: string, typed: string, edits: number): void {
    const uniform = seededRandom(seed);
    const random = (below: number): number => Math.floor(uniform() * below);
    const content = Array.from({ length: 40 }, (_, at) => characters[at % characters.length]).join('');
    const start = random(30);
    const text = content.slice(start, start + 1 + random(10));
    const followed = new FollowedText(text, start);
    const document = new Editable(content, () => followed);
    const undo: TextChange[] = [];
    for (let edit = 0; edit < edits; edit++) {
      const at = random(document.content.length + 1);
      const length = Math.min(random(4), document.content.length - at);
      const inserted = random(3) ? typed[random(typed.length)] : '';
      undo.push(replace(at, inserted.length, document.read(at, at + length)));
      document.edit(replace(at, length, inserted));
      for (let char = 0; char < text.length; char++) {
        const mapped = followed.toDocument(char, char + 1);
        if (mapped) assert.equal(document.read(mapped.from, mapped.to), text[char]);
      }
      if (!followed.stale) assert.equal(document.read(followed.range.from, followed.range.to), text);
    }
    for (const change of undo.reverse()) document.edit(change);
    assert.equal(document.content, content);
    // Where nothing else in the document reads the same.
    if (new Set(content).size === content.length) {
      assert.deepEqual([followed.stale, followed.range.from], [false, start], `seed ${seed}`);
    }
  }

  it('2,000 random edits: a mapped character is the same character', () => {
    const characters = 'ab\n\r\u{1f600}\ud83d';
    for (let seed = 0; seed < 40; seed++) randomEdits(seed, characters, characters, 50);
  });

  it('2,000 random edits: undoing all of them makes the text whole again, where it was', () => {
    const distinct = Array.from({ length: 40 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('');
    for (let seed = 0; seed < 40; seed++) randomEdits(seed, distinct, 'xyz', 50);
  });
});
