import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeCases, type CodeCases } from '../../src/editor/codeCases';
import { EditorLink } from '../../src/editor/editorLink';
import { takeText } from '../../src/editor/subject';
import { characterTokens, closeEverything, openText } from './support';

const SIGNAL = new AbortController().signal;
const SELECTOR = { language: 'plaintext' };
/** One token per character here, so tokens are offsets. */
const CODE = 'fn total(a) {\n  b = a\n  total(b)\n}\n';

describe('what the language support knows of the text', () => {
  const disposables: vscode.Disposable[] = [];
  afterEach(async () => {
    disposables.splice(0).forEach((disposable) => disposable.dispose());
    await closeEverything();
  });

  async function cases(): Promise<Record<string, [number, number][]>> {
    const { document } = await openText(CODE);
    const range = new vscode.Range(0, 0, document.lineCount, 0);
    const link = new EditorLink(takeText(document, { uri: document.uri, range, origin: 'selection' }, 1000));
    link.tokens = characterTokens(CODE);
    disposables.push(link);
    const found = await codeCases(link, SIGNAL);
    const flat = ({ pairs }: CodeCases): [number, number][] =>
      Array.from(pairs.queries, (query, i) => [query, pairs.keys[i]]);
    return Object.fromEntries(found.map((one) => [one.role, flat(one)]));
  }

  it('a use looks at the definition’s name: references of symbols, definitions of other words', async () => {
    const name = new vscode.Range(0, 3, 0, 8);
    const symbol = new vscode.DocumentSymbol(
      'total',
      '',
      vscode.SymbolKind.Function,
      new vscode.Range(0, 0, 3, 1),
      name,
    );
    disposables.push(
      vscode.languages.registerDocumentSymbolProvider(SELECTOR, { provideDocumentSymbols: () => [symbol] }),
      vscode.languages.registerReferenceProvider(SELECTOR, {
        provideReferences: ({ uri }) => [
          new vscode.Location(uri, name),
          new vscode.Location(uri, new vscode.Range(2, 2, 2, 7)),
        ],
      }),
      vscode.languages.registerDefinitionProvider(SELECTOR, {
        // `a` is defined in line 1, `b` in line 2, told as a bare position; nothing else.
        provideDefinition: ({ uri, getWordRangeAtPosition, getText }, at) => {
          const word = getText(getWordRangeAtPosition(at));
          if (word === 'a') return new vscode.Location(uri, new vscode.Position(0, 9));
          return word === 'b' ? new vscode.Location(uri, new vscode.Range(1, 2, 1, 3)) : undefined;
        },
      }),
    );
    const { definition, symbol: enclosing } = await cases();
    const [total, a, b] = [CODE.indexOf('total'), CODE.indexOf('a)'), CODE.indexOf('b =')];
    const use = CODE.lastIndexOf('total');
    assert.deepEqual(definition, [
      [CODE.indexOf('a\n'), a],
      ...[0, 1, 2, 3, 4].map((i) => [use + 4, total + i]),
      [CODE.lastIndexOf('b'), b],
    ]);
    // From the second token behind the name to the closing brace, each at the five letters of the name.
    const queries = new Set(enclosing.map(([query]) => query));
    assert.deepEqual([Math.min(...queries), Math.max(...queries)], [total + 6, CODE.indexOf('}')]);
    assert.equal(enclosing.length, queries.size * 5);
  });

  it('nothing where no provider is there, and nothing of one that fails', async () => {
    assert.deepEqual(await cases(), { definition: [], symbol: [] });
    disposables.push(
      vscode.languages.registerDefinitionProvider(SELECTOR, {
        provideDefinition: () => {
          throw new Error('broken on purpose');
        },
      }),
    );
    assert.deepEqual(await cases(), { definition: [], symbol: [] });
  });
});
