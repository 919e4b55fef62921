/** Chat templates are programs of whoever made the model file: none takes the process, its memory or the person's time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fillWithinLimits } from '../../../../src/reasoning/solve/templateLimits.node';
import { loadReasoner } from '../../../../src/reasoning/solve/load.node';
import { askedBy } from '../../../../src/reasoning/solve/prompt';
import { solve } from '../../../../src/reasoning/solve/solve';
import { isLong } from '../../../support/long';
import { tinyModelBytes } from '../../../support/tinyModel';

const SAID = '{{ messages[0].content }}';
const grown = (step: string, rounds: number): string =>
  `{% set all = namespace(s='xx') %}{% for i in range(${rounds}) %}{% set all.s = ${step} %}{% endfor %}${SAID}{{ all.s }}`;

const BEYOND: Record<string, string> = {
  'a thousand million turns': `{% for i in range(1000000000) %}{% endfor %}${SAID}`,
  'turns within turns': `{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}${SAID}`,
  '15 MB of comment': `{# ${'x'.repeat(15 * 2 ** 20)} #}${SAID}`,
  '20,000 repetitions': `{% for i in range(20000) %}${SAID}{% endfor %}`,
  'the question 17 times': SAID.repeat(17),
  'a text that doubles': grown('all.s ~ all.s', 22),
  'a text that doubles by a built-in function that V8 ends processes in': grown("all.s|replace('x', 'xx')", 30),
  'a list that doubles': `{% set all = namespace(s=[1]) %}{% for i in range(40) %}{% set all.s = all.s + all.s %}{% endfor %}${SAID}`,
};

/** They take as long as they may, so they may take less here; the others must have ended before. */
const ENDLESS = /turns/;
const MOST_MS = 60_000;

describe('limits of chat templates', function () {
  this.timeout(60_000);
  const template = (text: string) => ({ template: text, bosToken: '', eosToken: '' });

  it('what takes more time, memory or words is left, and this process keeps its own', async () => {
    const before = process.memoryUsage().rss;
    // Two of these are asked below; the third doubles as the one with a built-in function does.
    const further = ['turns within turns', '20,000 repetitions', 'a text that doubles'];
    const names = Object.keys(BEYOND).filter((name) => isLong || !further.includes(name));
    const left = (name: string) =>
      fillWithinLimits(template(BEYOND[name]), () => {}, ENDLESS.test(name) ? 300 : MOST_MS);
    const results = await Promise.all(names.map(left));
    results.forEach((result, i) => assert.equal(result, 'beyond', names[i]));
    assert.ok(process.memoryUsage().rss - before < 50 * 2 ** 20);
  });

  it('what cannot be followed is told apart; what can is filled in for both languages', async () => {
    const deep = `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}${SAID}`;
    for (const text of ['{% frobnicate %}', '{{ raise_exception("no") }}', 'Say something.', deep]) {
      assert.equal(await fillWithinLimits(template(text)), null, text.slice(0, 40));
    }
    const filled = await fillWithinLimits(template(`<u>${SAID}</u>`));
    assert.ok(filled && filled !== 'beyond');
    assert.match(filled.en.steps, /^<u>\uE000\n\n[A-Z].*####.*<\/u>$/s);
    assert.match(filled.zh.direct, /^<u>\uE000\n\n.*\p{Script=Han}.*<\/u>$/su);
  });

  it('a person who gives up does not wait for it', async () => {
    let asked = 0;
    const pause = (): void => {
      if (++asked === 3) throw new Error('given up');
    };
    await assert.rejects(fillWithinLimits(template(BEYOND['turns within turns']), pause), /given up/);
    assert.equal(asked, 3, 'it ends where it is given up');
  });

  it('such a model solves from worked examples, and it is said why', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'attention-template-'));
    try {
      const file = path.join(folder, 'model.gguf');
      writeFileSync(file, tinyModelBytes({ chat: true, template: BEYOND['20,000 repetitions'], context: 1200 }));
      const reasoner = await loadReasoner(file);
      assert.equal(askedBy(reasoner.style), 'instead');
      assert.ok((await solve(reasoner, 'How many?', { withSteps: false })).ids.length > 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
