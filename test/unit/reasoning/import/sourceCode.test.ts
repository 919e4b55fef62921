/** A program's source is told from a chain of thought, records that hold none are counted, and a date is no sum. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { importTraces } from '../../../../src/reasoning/import/importTrace';
import { firstLineOfSource, refuseSource } from '../../../../src/reasoning/import/sourceCode';

const PROGRAMS: Readonly<Record<string, string>> = {
  'a.py':
    'import math\n\n# the area\ndef area(r):\n    """Of a circle."""\n    if r < 0:\n        raise ValueError("r")\n    total = 3 * 4\n    return math.pi * r ** 2\n\nprint(area(2))\n',
  'a.c':
    '#include <stdio.h>\n/* 2 + 2 = 5 */\nint main(void) {\n  int x = 2 + 3;\n  printf("%d\\n", x);\n  return 0;\n}\n',
  'a.rs':
    'use std::fs;\n\npub fn main() -> Result<(), ()> {\n    let all = 4 + 5;\n    for line in fs::read("x").lines() {\n        println!("{}", line);\n    }\n    Ok(())\n}\n',
  'a.html': '<!doctype html>\n<html>\n<head>\n<title>x</title>\n</head>\n<body>\n<p>1 + 1 = 3</p>\n</body>\n</html>\n',
  'a.go': 'package main\n\nimport "fmt"\n\nfunc main() {\n\tx := 5 - 3\n\tfmt.Println(x)\n}\n',
  'a.css': 'body {\n  margin: 0;\n  color: red;\n}\n.a {\n  width: calc(1px + 2px);\n}\n',
};

const THOUGHTS: Readonly<Record<string, string>> = {
  prose:
    'First I add the apples (there are 12).\nThen 12 + 5 = 17 (from the garden).\nSo the answer is 17.\nLet me check that: 17 - 5 = 12.\n',
  assignments: 'total = 3 * 4 = 12\nper_day = 12 / 3 = 4\nleft = 12 - 4 = 8\nanswer = 8\n',
  latex: '\\begin{align}\nx + 2 &= 5 \\\\\nx &= 3\n\\end{align}\nSo \\boxed{3}.\n',
  'with code':
    'We write a loop.\nIt adds the numbers from 1 to 10.\n```python\ntotal = 0\nfor i in range(1, 11):\n    total += i\n```\nThe sum is 55, since 10 * 11 / 2 = 55.\nSo the program prints 55.\nThat is the answer.\nWe are done.\n',
  marked: `<think>\n${PROGRAMS['a.py']}\n</think>\nIt is 12.56.`,
  chinese: '解：先算苹果（12 个）；\n再加上 5 个：12 + 5 = 17；\n所以一共有 17 个；\n答：17 个。\n',
  short: 'x = 5;\ny = 6;\n',
};

describe('a file that is no chain of thought', () => {
  for (const [name, text] of Object.entries(PROGRAMS)) {
    it(`is told by its lines: ${name}`, () => {
      assert.throws(() => refuseSource(text, name), { code: 'trace-invalid', detail: { file: name, line: firstLineOfSource(text), what: 'source' } }); // prettier-ignore
    });
  }

  for (const [name, text] of Object.entries(THOUGHTS)) {
    it(`what is one is read: ${name}`, () => {
      refuseSource(text, 'a.py');
      assert.ok(importTraces(text)[0].steps.length > 0);
    });
  }

  it('no chain of thought of the fixtures is taken for a program', () => {
    const folder = 'test/fixtures/traces';
    for (const file of readdirSync(folder, { recursive: true }) as string[]) {
      if (/\.\w+$/.test(file)) refuseSource(readFileSync(path.join(folder, file), 'utf8'), file);
    }
  });

  it('of this project’s own sources hardly one is taken for a chain of thought', () => {
    const folders = ['src', 'webview', 'scripts', 'training'];
    const files = folders.flatMap((folder) => (readdirSync(folder, { recursive: true }) as string[]).map((file) => path.join(folder, file))); // prettier-ignore
    const sources = files.filter((file) => /\.(?:ts|mjs|py|css)$/.test(file) && !file.endsWith('.d.ts'));
    const missed = sources.filter((file) => firstLineOfSource(readFileSync(file, 'utf8')) === undefined);
    assert.ok(sources.length > 300);
    // Short ones that are lists of values or types.
    assert.ok(missed.length < 0.02 * sources.length, missed.join());
  });

  it('records without one are counted', () => {
    const good = JSON.stringify({ question: 'How many?', answer: '2 + 3 = 5\n#### 5' });
    const lines = [good, '{"note": "nothing"}', good, '{"id": 7}', '{"question": "Only asked?"}'];
    const traces = importTraces(lines.join('\n'));
    assert.deepEqual(traces.map(({ line, passedOver }) => [line, passedOver]), [[1, 3], [3, 3]]); // prettier-ignore
    assert.equal(importTraces(good)[0].passedOver, undefined);
  });
});

describe('a date', () => {
  const wrong = (text: string): string[] => findEquations(text).filter(({ right }) => !right).map((sum) => sum.text); // prettier-ignore

  it('is no sum that is wrong', () => {
    for (const text of [
      '2026-11-28 = 5',
      'due 28-11-2026 = 5 days',
      '2026-1-2 = Friday',
      '5 = 2026-11-28',
      '1999/12/31 = 3',
    ])
      assert.deepEqual(wrong(text), [], text);
  });

  it('and what only looks like one is a sum', () => {
    for (const text of ['2026-13-28 = 5', '2026-11-32 = 5', '100-11-28 = 5', '2026 - 11 = 5']) assert.equal(wrong(text).length, 1, text); // prettier-ignore
  });
});
