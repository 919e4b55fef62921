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

/** Short worked solutions of many kinds, with what programs' lines end or begin with, too. */
const WORKED = [
  '60 - 8 = 52 (left)\n52 / 4 = 13 (each)\n13 + 2 = 15 (with the bags)\nanswer 15 (in all)',
  '2x + 6 = 20 (given)\n2x = 14 (subtract 6)\nx = 7 (divide by 2)\ncheck: 14 + 6 is 20 (right)',
  '3 * 4 = 12;\n12 + 5 = 17;\n17 - 2 = 15;\nanswer: 15;',
  'x = 5;\ny = 6;\nx + y = 11;\nso the sum is 11;',
  'f(x) = (x+1)(x+2)\nf(0) = (1)(2)\nf(1) = (2)(3)\nso f(1) is f(0) times 3 (three)',
  'use the area formula\nA = w * h\nw is 3 and h is 4\nA is 12',
  'use the product rule;\nf = u v;\nf prime = u prime v + u v prime;\ndone;',
  'using symmetry\nthe two sides are equal\nusing Pythagoras\nthe third is 5',
  'from the first line\nx = 2y\nfrom the second line\ny = 3 and x = 6',
  'from 3 to 9 there are 6 hours;\nfrom 9 to 12 there are 3;\nin all 9;\nanswer 9;',
  'import costs 12 (dollars)\nexport brings 30 (dollars)\ngain is 18 (dollars)\nper week (7 days)',
  'package weight: 3 kg (net)\npackage count: 4 (boxes)\ntotal weight: 12 kg (net)\nfee: 5 (euros)',
  'let x be the apples\nlet y = 2x (twice as many)\nlet z = 3 (given)\nx + y + z = 33 (all)\nx = 10 (solved)',
  'let x = 5;\nlet y = 7;\nthe product is 35;\nhalf of it is 17.5;',
  'if x > 0:\nx + 2 = 5, x = 3\nif x < 0:\n-x + 2 = 5, x = -3\nfor both: the square is 9',
  'if n is even:\nn = 2k;\nif n is odd:\nn = 2k + 1;\nreturn to the claim;',
  'for n = 1:\n1 (true)\nfor n = k + 1:\nS(k + 1) = S(k) + (k + 1)',
  'final answer comes from the cost\nfinal cost (12)\nprivate share (3)\nstatic friction (4)\nfinal answer: 12 (euros);',
  'sin(x) = cos(x)\ntan(x) = 1\nx = arctan(1)\nx = 45 (degrees)',
  'log(8) = 3 log(2)\nlog(100) = 2 log(10)\nmax(3, 4)\ngcd(12, 18)',
  'P(A) = P(B);\nP(A or B) = 2 P(A);\nP(A) = 1/4;\nP(A or B) = 1/2;',
  'speed(car) = 60;\ntime(car) = 2;\ndistance(car) = speed(car) time(car);\ndistance(car) = 120;',
  'x + 2 = 5 =>\nx = 5 - 2 =>\nx = 3 =>\n2x is 6',
  'type A = 3 apples;\ntype B = 4 apples;\nclass A:\n20 pupils;\nclass B:\n25 pupils;',
  'function f(x) has two roots;\nfunction g(x) has none;\nf(2) = 0;\nf(3) = 0;',
  'return trip: 3 h;\nreturn fare: 12;\none way: 7;\nsaved: 2;',
  '1) 60 km (first hour)\n2) 40 km (second hour)\n3) 100 km (together)\n4) 50 km/h (mean)',
  '- apples (12)\n- pears (5)\n- plums (3)\n- altogether (20)',
  'a. cost (in euros)\nb. price (in euros)\nc. gain (in euros)\nd. gain (in percent)',
  'Anna(12)\nBert(8)\nCleo(5)\nall(25)',
  '\\frac{1}{2} x = 3;\nx = 6;\n\\sqrt{x + 3} = 3;\n\\boxed{3}',
  '$x^2 = 9$;\n$x = 3$ (positive);\n$x = -3$ (negative);\n$|x| = 3$;',
  '设 x 为苹果数;\n2x = 14;\nx = 7;\n答案是 7 (个)',
  '解：\n每人 3 个 (共 4 人)\n总数 = 12 (个)\n剩下 2 个 (答)',
  '由 (1) 得 y = 2x;\n代入 (2);\nx = 3;\ny = 6;',
  'aire du carré (côté 3);\nc’est 9 (cm²);\nplus le disque (rayon 1);\nenviron 12,14 (cm²);',
  'S = {1, 2, 3}\nT = {2, 3, 4}\nS and T = {2, 3}\nso two of them (2 and 3)',
  '<p>x + 2 = 5;</p>\n<p>x = 3;</p>\n<br>\n<b>3</b>',
  '@ 5 dollars each;\n4 of them;\n20 dollars;\n@ 10% off: 18 dollars;',
  'one by one;\ntwo by two;\nthree by three;\nso six (1 + 2 + 3);',
  'Call the function on 4:\n```\ndef f(n):\n    return n * 2\n```\nit gives 8',
  'import duties rise;\nuse symmetry;\nuse the rule;\npackage weight;\nusing Pythagoras;',
  'let total = 2x;\nlet area = xy;\nvar speed = x (mean);\nconst rate = y (given);',
  'S = {\n1, 2, 3\n}\nit has three (elements)',
  'const = 4;\nvar X = 9;\nstd(X) = 3;\nmean(X) = 12;',
];

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

  it('a short worked solution is never refused, whatever its lines end with', () => {
    const refused = WORKED.filter((text) => firstLineOfSource(text) !== undefined);
    assert.deepEqual(refused, []);
    for (const text of WORKED) assert.ok(text.split('\n').length >= 4, text);
  });

  it('two sums outweigh code, and one does not', () => {
    const program = PROGRAMS['a.go'];
    assert.ok(firstLineOfSource(`${program}so 3 + 4 = 7\n`) !== undefined);
    assert.equal(firstLineOfSource(`${program}so 3 + 4 = 7\nand 7 * 2 = 14\n`), undefined);
  });

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
    // Short ones that are lists of values or types, and those whose comments work sums out.
    assert.ok(missed.length < 0.04 * sources.length, missed.join());
  });

  it('records without one are counted', () => {
    const good = JSON.stringify({ question: 'How many?', answer: '2 + 3 = 5\n#### 5' });
    const lines = [good, '{"note": "nothing"}', good, '{"id": 7}', '{"question": "Only asked?"}'];
    const traces = importTraces(lines.join('\n'));
    assert.deepEqual(traces.map(({ line, passedOver }) => [line, passedOver]), [[1, 3], [3, 3]]); // prettier-ignore
    assert.equal(importTraces(good)[0].passedOver, undefined);
    for (const blanks of [0, 2]) {
      const list = JSON.stringify([lines[1], good, lines[3], lines[4]].map((one) => JSON.parse(one) as unknown), null, blanks); // prettier-ignore
      assert.deepEqual(importTraces(list).map(({ passedOver }) => passedOver), [3], list); // prettier-ignore
    }
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
