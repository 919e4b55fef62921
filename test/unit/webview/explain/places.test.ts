/** Tokens are named by line and column; their index is for a hover, and for a column of a file. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { Run } from '../../../../webview/explain/state/run';
import { placeCell, placedToken, tokenHover } from '../../../../webview/explain/words';
import { cell, forFile } from '../../../../webview/shared/tableTwin';

/** Where words and hovers are made. Mocha runs at the root. */
const FOLDER = 'webview/explain';
/** The hovers that say an index. */
const HOVERS = 'words.ts';
/** A placeholder that says which token. */
const NAMES = /(?:token|query|querie|key)s? (?:from )?\{(\d)\}(?:( (?:to|→) )\{(\d)\})?/gi;
/** What puts one into words; how long they took together is no token. */
const PLACED = /\b(?:\w*[pP]lace|placedToken|quoted|duration)\(|‘\{0\}’/;
/** A token's number as it is. */
const NUMBERS =
  /\bcell\((?:\w+\.)?(?:token|query|key|position)[,)]|\$\{(?:\w+\.)?(?:token|query|key|position)\}[ :]+\$\{[^}]*label/;

/** Sentences that name a token by what is no place, and numbers of tokens in tables and templates: "line: source". */
function unplaced(source: string): string[] {
  const file = ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, string>();
  const calls: ts.CallExpression[] = [];
  const found: string[] = [];
  const at = (node: ts.Node): string =>
    `${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.getText()}`;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer)
      constants.set(node.name.getText(), node.initializer.getText());
    if (ts.isCallExpression(node) && node.expression.getText() === 't') calls.push(node);
    const isLeaf = ts.isTemplateExpression(node) || (ts.isCallExpression(node) && node.expression.getText() === 'cell');
    if (isLeaf && NUMBERS.test(node.getText())) found.push(at(node));
    node.forEachChild(visit);
  };
  visit(file);
  for (const call of calls) {
    const [text, ...values] = call.arguments;
    if (!ts.isStringLiteralLike(text)) continue;
    const spread = values.findIndex(ts.isSpreadElement);
    for (const [, first, , second] of text.text.matchAll(NAMES))
      for (const n of [first, second]) {
        if (n === undefined) continue;
        const value = values[spread >= 0 && Number(n) >= spread ? spread : Number(n)];
        const written = value.getText().replace(/^\.\.\./, '');
        if (!PLACED.test(constants.get(written) ?? written)) found.push(at(call));
      }
  }
  return found;
}

describe('tokens in words and tables', () => {
  it('are named by line and column, never by their index first', () => {
    const files = readdirSync(FOLDER, { recursive: true }).map(String).filter((file) => file.endsWith('.ts')); // prettier-ignore
    assert.ok(files.length > 80, `${files.length} files`);
    for (const file of files.filter((name) => name !== HOVERS))
      assert.deepEqual(unplaced(readFileSync(path.join(FOLDER, file), 'utf8')), [], file);
  });

  it('would be found if they were', () => {
    for (const wrong of [
      "t('cut it at token {0}', thing.token)",
      "t('{0}: from token {1} to {2}', head, query, tokenPlace(run, key))",
      "const named = [query, key]; t('query {0} → key {1}', ...named)",
      'const row = [cell(token), label]',
      'const label = `${key} ${tokens[key].label}`',
    ])
      assert.equal(unplaced(wrong).length > 0, true, wrong);
    assert.deepEqual(unplaced("t('cut it at token {0}', place(thing.token))"), []);
  });

  const run = {
    subject: { title: 'a.ts', firstLine: 7, lastLine: 8, origin: 'selection', text: 'a\n b', tabSize: 4 },
    tokens: [
      { id: 9, label: 'a⏎', start: 0, end: 2, charStart: 0, charEnd: 2 },
      { id: 5, label: '·b', start: 2, end: 4, charStart: 2, charEnd: 4 },
    ],
    explanation: { logprobs: Float32Array.of(NaN, Math.log(0.25)) },
  } as unknown as Run;

  it('have index and id on hover, behind their place', () => {
    assert.equal(placedToken(run, 1), 'token 8:2 ‘·b’');
    assert.equal(placedToken(run, 2), 'token 2', 'there is none');
    assert.equal(tokenHover(run, 1), 'token 8:2 ‘·b’: expected with 25.0% (index 1, id 5)');
    assert.equal(tokenHover(run, 0), 'token 7:1 ‘a⏎’ (index 0, id 9)');
  });

  it('have both in a file: the place, and the index in a column of its own', () => {
    const rows = [
      ['', 'learned sink', cell(0.5)],
      [placeCell(run, 1), '·b', cell(0.25)],
    ];
    const file = forFile({ caption: 'c', columns: ['Key', 'Token', 'Weight'], rows });
    assert.deepEqual(file.columns, ['Key', 'Key: index', 'Token', 'Weight']);
    assert.deepEqual(file.rows, [
      ['', '', 'learned sink', cell(0.5)],
      ['8:2', cell(1), '·b', cell(0.25)],
    ]);
  });
});
