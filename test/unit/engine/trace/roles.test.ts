import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { loadModel } from '../../../../src/engine/model/load';
import { toPanelTokens } from '../../../../src/engine/tokenizer/panelTokens';
import { decoyControls, distanceControls } from '../../../../src/engine/trace/baseline';
import { advantage } from '../../../../src/shared/roleStrength';
import { probe, probeIds, PROBE } from '../../../../src/engine/reading/probe';
import { forward } from '../../../../src/engine/model/forward';
import { findings } from '../../../../src/engine/trace/findings';
import { openerOf, quotedRanges } from '../../../../src/engine/trace/quotes';
import { lineStarts, roleCases } from '../../../../src/engine/trace/roleCases';
import { roleScores, scoresOf } from '../../../../src/engine/trace/roles';
import { Trace } from '../../../../src/engine/trace/trace';
import { headWeights } from '../../../../src/engine/trace/weights';
import type { RoleScores } from '../../../../src/protocol/explanation';
import { tinyModel } from '../../../support/tinyModel';
import { tokensOf } from '../../../support/pieces';
import { assertClose } from '../../../support/close';

describe('strings and comments', () => {
  const found = (text: string): string[] => quotedRanges(text).map(({ start, end }) => text.slice(start, end));

  it('are found with escapes, and end with their line', () => {
    assert.deepEqual(found(String.raw`a = "x \" y" + 'z' // c 'd'`), [String.raw`"x \" y"`, "'z'", "// c 'd'"]);
    assert.deepEqual(found('a "open\nb'), []);
    assert.deepEqual(found('/* a\nb */ c # d\n#include'), ['/* a\nb */', '# d']);
    assert.deepEqual(found('"""a\n"b" """ `c\nd`'), ['"""a\n"b" """', '`c\nd`']);
  });

  it('are not an apostrophe within a word, nor the slashes of an address', () => {
    assert.deepEqual(found("don't and can't http://a.b"), []);
  });

  it('are not a heading, which stands between empty lines', () => {
    for (const line of ['\n', '\r\n']) {
      const lines = (...all: string[]): string => all.join(line);
      assert.deepEqual(found(lines('# Title', '', 'Text', '', '# Next', '', 'more')), []);
      const [end] = [line === '\n' ? '' : '\r'];
      assert.deepEqual(found(lines('# above', 'a()', '', '# beside', 'b()')), [`# above${end}`, `# beside${end}`]);
    }
  });

  it('are told by the token that opens them, from the second token behind it on', () => {
    const { tokens, text } = tokensOf(['', 'x', ' = ', '"', 'a', ' b', '"', ';']);
    assert.deepEqual([...openerOf(tokens, text)], [[5, 3], [6, 3]]); // prettier-ignore
  });
});

describe('line beginnings', () => {
  it('are the break and the indentation, for tokens further on in the line', () => {
    const { tokens, text } = tokensOf(['', 'if', ':', '\n', '    ', 'a', ' =', '\n', 'b', ' c', '\n  ', 'd', 'e']);
    assert.deepEqual([...lineStarts(tokens, text)], [[6, [3, 5]], [9, [7, 8]], [12, [10, 11]]]); // prettier-ignore
  });

  it('may be one token with the end of the line before, or with the first sign of their own', () => {
    const { tokens, text } = tokensOf(['', '{\n', '  ', 'a', 'b', '\n}', ';', 'c']);
    assert.deepEqual([...lineStarts(tokens, text)], [[4, [1, 3]], [7, [5, 6]]]); // prettier-ignore
  });
});

describe('role scores', () => {
  const pieces = ['', 'f', '(', 'a', ',', 'b', ')', '\n', ' ', 'g', '(', 'a', ',', 'b', ')', '"', 'x', 'y', 'z', '"'];

  it('are the mean weight on the role’s keys, for every head', async () => {
    const model = await tinyModel();
    const { tokens, text, ids } = tokensOf(pieces);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const scores = await roleScores(trace, tokens, text);
    const cases = roleCases(ids, tokens, text);
    assert.deepEqual(
      scores.map(({ role }) => role),
      ['induction', 'quote', 'line-start', 'same-token', 'previous-token', 'first-token', 'uniform'],
    );
    for (const { role, queries, scores: table, chance } of scores) {
      if (role === 'uniform' || role === 'definition' || role === 'symbol') continue;
      const own = cases[role].queries;
      assert.equal(queries, own.length);
      const even = own.reduce((sum, query) => sum + cases[role].keysOf(query).length / (query + 1), 0) / own.length;
      assertClose(chance, even, 1e-9);
      for (const head of [0, 3, 6]) {
        const [layer, index] = [Math.floor(head / 4), head % 4];
        const mean =
          own.reduce((sum, query) => {
            const row = headWeights(trace, layer, index, query, 'from');
            return sum + cases[role].keysOf(query).reduce((total, key) => total + row[key], 0);
          }, 0) / own.length;
        assertClose(table[head], mean, 1e-5, `${role} of head ${head}`);
      }
    }
  });

  it('name a head only above its threshold and above twice the chance', async () => {
    const model = await tinyModel();
    const { tokens, text, ids } = tokensOf(pieces);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const table = (best: number, chance: number): RoleScores => {
      const scores = new Float32Array(8).fill(0.1);
      scores[6] = best;
      return { role: 'previous-token', threshold: 0.5, queries: 9, chance, scores };
    };
    const named = (one: RoleScores): unknown =>
      findings(trace, tokens, text, [one]).map(({ layer, head, score }) => [layer, head, score]);
    assert.deepEqual(named(table(0.75, 0.2)), [[1, 2, 0.75]]);
    assert.deepEqual(named(table(0.49, 0.2)), []);
    assert.deepEqual(named(table(0.75, 0.4)), []);
    // A band along the diagonal has the score elsewhere, too.
    const band = { ...table(0.75, 0.1), baselines: new Float32Array(8).fill(0.3) };
    assert.deepEqual(named(band), []);
  });

  it('are compared with the same distances where the role has no key', () => {
    const cases = [
      { query: 6, keys: [3] },
      { query: 9, keys: [6] },
      { query: 12, keys: [4, 5], decoys: [2] },
    ];
    const controls = distanceControls(20, cases);
    for (const { query, key } of controls) {
      assert.ok(key > 0 && key < query && query < 20, `${query} → ${key}`);
      assert.ok(!cases.some((one) => one.query === query && one.keys.includes(key)), `${query} → ${key}`);
      assert.ok([3, 7, 8].includes(query - key), `${query} → ${key}`);
    }
    assertClose(
      controls.filter(({ query, key }) => query - key === 3).reduce((sum, { share }) => sum + share, 0),
      2 / 3,
      1e-9,
    );
    assertClose(
      controls.reduce((sum, { share }) => sum + share, 0),
      2 / 3 + 2 / 3,
      1e-9,
    );
  });

  it('of brackets are compared with the next outer one where there is one, in those cases alone', async () => {
    const model = await tinyModel();
    const { ids } = tokensOf(pieces);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const nested = [9, 10, 11].map((query) => ({ query, keys: [query - 2], decoys: [query - 4] }));
    const plain = [6, 7, 8, 12, 13, 14].map((query) => ({ query, keys: [query - 2] }));
    const cases = [...nested, ...plain];
    assert.deepEqual(
      decoyControls(cases).controls,
      nested.map(({ query, decoys: [key] }) => ({ query, key, share: 1 / 3 })),
    );
    assert.deepEqual(decoyControls([...plain, ...nested.slice(1)]).controls, [], 'two cases say nothing');
    // Half its weight on every opener: the outer one has as much as its own. The other: on its own alone.
    const weight = (head: number) => (query: number, key: number) =>
      head === 0
        ? [2, 4].includes(query - key) && nested.some((one) => one.query === query)
          ? 0.45
          : query - key === 2 && plain.some((one) => one.query === query)
            ? 0.9
            : 0
        : cases.some((one) => one.query === query && one.keys.includes(key))
          ? 0.5
          : 0;
    const [scores] = scoresOf(trace, 'bracket', cases, (_, __, head) => weight(head));
    assertClose(scores.scores[0], (3 * 0.45 + 6 * 0.9) / 9, 1e-6);
    assertClose(advantage(scores, 0), 0, 1e-6, 'no lead over the outer one');
    assertClose(advantage(scores, 1), 0.5, 1e-6);
    assert.equal(scores.outer![0], 1);
    assert.equal(scores.outer![1], 0);
    trace.release();
  });

  it('find the bundled model’s bracket head where it has to guess the closing one, against other places as far away', async () => {
    const model = await loadModel(new FileSource(path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf')));
    const text = readFileSync(path.join('test', 'workspace', 'sample.ts'), 'utf8')
      .split('\n')
      .slice(7, 19)
      .join('\n');
    const pieces = model.tokenizer.encode(text, { bos: true });
    const tokens = toPanelTokens(pieces, text, model.tokenizer);
    const ids = pieces.map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const scores = await roleScores(trace, tokens, text);
    const ahead = scores.find(({ role }) => role === 'bracket-ahead')!;
    const best = Array.from(ahead.scores, (_, head) => advantage(ahead, head));
    const strongest = best.indexOf(Math.max(...best));
    assert.equal(strongest, 5 * model.config.heads + 5);
    assert.ok(
      ahead.scores[strongest] > 0.4 && ahead.baselines![strongest] < 0.1,
      JSON.stringify([ahead.scores[strongest], ahead.baselines![strongest]]),
    );
    const told = findings(trace, tokens, text, scores);
    assert.ok(told.some(({ role, layer, head }) => role === 'bracket-ahead' && layer === 5 && head === 5));
    for (const { role, score, baseline = 0 } of told) {
      assert.ok(score - baseline >= scores.find((one) => one.role === role)!.threshold, role);
    }
    trace.release();
    model.kernel.close();
  });
});

describe('roles of a long text', () => {
  it('are scored on 512 queries at most, spread over the text, and say of how many', async () => {
    const model = await tinyModel();
    const text = 'ab '.repeat(200);
    const pieces = model.tokenizer.encode(text, { bos: true });
    const ids = pieces.map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const scores = await roleScores(trace, toPanelTokens(pieces, text, model.tokenizer), text);
    const previous = scores.find(({ role }) => role === 'previous-token')!;
    assert.deepEqual([previous.queries, previous.of], [512, ids.length - 2]);
    // Where all are scored, nothing is said.
    for (const { role, queries, of } of scores) assert.ok(of === undefined ? queries <= 512 : of > queries, role);
    for (const { queries, of } of findings(trace, toPanelTokens(pieces, text, model.tokenizer), text, scores))
      assert.ok(of === undefined || of > queries);
    trace.release();
  });
});

describe('the probe', () => {
  it('is a row of tokens given twice, the same for every run', async () => {
    const model = await tinyModel();
    const ids = probeIds(model);
    assert.equal(ids[0], 256);
    assert.equal(ids.length, 1 + 2 * PROBE.length);
    assert.deepEqual(ids.slice(1, 1 + PROBE.length), ids.slice(1 + PROBE.length));
    assert.equal(new Set(ids).size, 1 + PROBE.length);
    assert.deepEqual(probeIds(await tinyModel({ seed: 9 })), ids);
  });

  it('scores a head by its weight on what followed the first copy, once per model, and leaves no memory behind', async () => {
    const model = await tinyModel();
    const before = model.kernel.bytesInUse;
    const [first, second] = await Promise.all([probe(model), probe(model)]);
    assert.equal(second, first);
    const [induction, previous] = first;
    assert.equal(model.kernel.bytesInUse, before);
    assert.deepEqual([induction.role, previous.role, induction.queries], ['induction', 'previous-token', PROBE.length]);
    const ids = probeIds(model);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    let sum = 0;
    for (let i = 0; i < PROBE.length; i++) {
      const query = 1 + PROBE.length + i;
      sum += headWeights(trace, 1, 2, query, 'from')[1 + i + 1];
    }
    assertClose(induction.scores[6], sum / PROBE.length, 1e-5);
  });
});
