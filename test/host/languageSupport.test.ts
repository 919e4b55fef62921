/** What the panel makes of the editor's language support: roles of the heads, and the pieces that attention is summed over. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExplainPanel } from '../../src/panels/explainPanel';
import type { PanelToken, RoleScores } from '../../src/protocol/explanation';
import { bench, closeEverything, openText, select, type Bench } from './support';
import { assertClose } from '../support/close';

const NOT_ABORTED = { signal: new AbortController().signal, progress: (): void => undefined };
const SELECTOR = { language: 'plaintext' };
const CODE = 'function total(items) {\n  return total(items) + total(items) + total(items);\n}\n';
const NAME = new vscode.Range(0, 9, 0, 14);

describe('the language support in the panel', function () {
  this.timeout(60_000);
  const disposables: vscode.Disposable[] = [];
  let on: Bench;
  beforeEach(() => (on = bench({ real: true })));
  afterEach(async () => {
    disposables.splice(0).forEach((disposable) => disposable.dispose());
    on.dispose();
    await closeEverything();
  });

  async function explained(): Promise<ExplainPanel> {
    const editor = await openText(CODE);
    select(editor, 0, CODE.length);
    await on.panels.explain(editor);
    return on.panels.of(editor.document.uri)!;
  }

  function know(): void {
    const range = new vscode.Range(0, 0, 2, 1);
    const symbol = new vscode.DocumentSymbol('total', '', vscode.SymbolKind.Function, range, NAME);
    const uses = [...CODE.matchAll(/total/g)].map(({ index }) => index);
    disposables.push(
      vscode.languages.registerDocumentSymbolProvider(SELECTOR, { provideDocumentSymbols: () => [symbol] }),
      vscode.languages.registerReferenceProvider(SELECTOR, {
        provideReferences: (document) =>
          uses.map((at) => {
            const start = document.positionAt(at);
            return new vscode.Location(document.uri, new vscode.Range(start, start.translate(0, 5)));
          }),
      }),
      vscode.languages.registerFoldingRangeProvider(SELECTOR, {
        provideFoldingRanges: () => [new vscode.FoldingRange(0, 1)],
      }),
    );
  }

  const tokensOf = ({ events }: ExplainPanel): PanelToken[] =>
    events.flatMap((event) =>
      event.kind === 'progress' && event.progress.kind === 'tokens' ? event.progress.tokens : [],
    );

  it('scores every head for definition ↔ use and enclosing symbol: the mean weight on the name', async () => {
    know();
    const panel = await explained();
    const roles = (await panel.answers.codeRoles({}, NOT_ABORTED)) as RoleScores[];
    assert.deepEqual(
      roles.map(({ role }) => role),
      ['definition', 'symbol'],
    );
    const tokens = tokensOf(panel);
    const within = (start: number, end: number): number[] =>
      tokens.flatMap(({ charStart, charEnd }, token) => (charStart < end && charEnd > start ? [token] : []));
    const name = within(9, 14);
    const queries = {
      definition: [...CODE.matchAll(/total/g)].slice(1).map(({ index }) => within(index, index + 5).at(-1)!),
      // From the second token behind the name to the closing brace.
      symbol: within(0, CODE.length - 1).filter((token) => token > name.at(-1)! + 1),
    };
    for (const { role, queries: count, threshold, scores } of roles) {
      const own = queries[role as keyof typeof queries];
      assert.equal(count, own.length);
      assert.equal(threshold, 0.3);
      for (const [layer, head] of [
        [0, 0],
        [2, 3],
        [5, 7],
      ]) {
        let sum = 0;
        for (const token of own) {
          const row = await panel.answers.weights({ layer, head, token, direction: 'from' }, NOT_ABORTED);
          for (const key of name) sum += row[key];
        }
        assertClose(scores[layer * 8 + head], sum / own.length, 1e-4, `${role}, ${layer}.${head}`);
      }
    }
  });

  /** What is folded by indentation alone: from the first line to the end of the last one that is indented. */
  const folded = { name: 'function total(items) {', start: 0, end: CODE.indexOf('\n}') };

  it('without any there are no such roles, and only what indentation tells', async () => {
    const panel = await explained();
    assert.deepEqual(await panel.answers.codeRoles({}, NOT_ABORTED), []);
    assert.deepEqual(await panel.answers.syntax({}, NOT_ABORTED), [folded]);
  });

  it('gives functions and foldable blocks, outer ones first, by their characters', async () => {
    know();
    const panel = await explained();
    assert.deepEqual(await panel.answers.syntax({}, NOT_ABORTED), [
      { name: 'total', start: 0, end: CODE.lastIndexOf('}') + 1 },
      folded,
    ]);
  });
});
