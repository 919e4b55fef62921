import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { labelWithIcon, plainText, withoutLinks } from '../../../src/host/plainText';

/** What the rest of the host may take from VS Code itself; whatever is not here goes through src/host, which makes it plain text. */
const ALLOWED: Readonly<Record<string, readonly string[] | 'all'>> = {
  // It renders what it is given, in parts: these show nothing, or only files' own names and texts.
  window: [
    'activeTextEditor',
    'createTextEditorDecorationType',
    'onDidChangeActiveTextEditor',
    'onDidChangeTextEditorSelection',
    'onDidChangeVisibleTextEditors',
    'registerUriHandler',
    'registerWebviewPanelSerializer',
    'showOpenDialog',
    'showSaveDialog',
    'showTextDocument',
    'tabGroups',
    'visibleTextEditors',
  ],
  commands: ['executeCommand'],
  env: 'all',
  l10n: 'all',
  // It is given no words.
  languages: ['registerDocumentHighlightProvider'],
  lm: ['selectChatModels'],
  workspace: 'all',
};

/** Classes and enums that render nothing. */
const VALUES = [
  'CancellationTokenSource',
  'ConfigurationTarget',
  'DecorationRangeBehavior',
  'Disposable',
  'DocumentHighlight',
  'DocumentHighlightKind',
  'EndOfLine',
  'EventEmitter',
  'FileSystemError',
  'FileType',
  'LanguageModelChatMessage',
  'OverviewRulerLane',
  'Position',
  'Range',
  'Selection',
  'SymbolKind',
  'TabInputText',
  'TabInputWebview',
  'TextEditorRevealType',
  'TextEditorSelectionChangeKind',
  'ThemeColor',
  'Uri',
  'ViewColumn',
  'WorkspaceEdit',
];

/** What a source takes from VS Code past src/host: "line: words". */
function taken(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const refuse = (node: ts.Node, why: string): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push(`${name}:${line + 1}: ${why}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && /^['"]vscode['"]$/.test(node.moduleSpecifier.getText(file))) {
      const bindings = node.importClause?.namedBindings;
      const isUsual = bindings && ts.isNamespaceImport(bindings) && bindings.name.text === 'vscode';
      if (!isUsual) refuse(node, 'import * as vscode, so that what is taken of it can be read');
      return;
    }
    if (ts.isCallExpression(node) && node.arguments.some((one) => ts.isStringLiteral(one) && one.text === 'vscode'))
      refuse(node, 'another way to VS Code');
    // A property of VS Code's own objects: who makes one of them passes it on.
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      if (/\bpanel\.title$/.test(node.left.getText(file))) refuse(node, 'setTitle');
    }
    if (ts.isIdentifier(node) && node.text === 'vscode') check(node);
    ts.forEachChild(node, visit);
  };
  const check = (node: ts.Identifier): void => {
    const { parent } = node;
    if (ts.isQualifiedName(parent) || ts.isTypeQueryNode(parent)) return; // a type
    const heir = parent.parent.parent;
    if (ts.isHeritageClause(heir) && heir.token === ts.SyntaxKind.ImplementsKeyword) return; // also one
    if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node) return refuse(node, parent.getText(file));
    const member = parent.name.text;
    if (VALUES.includes(member)) return;
    const allowed = Object.hasOwn(ALLOWED, member) ? ALLOWED[member] : [];
    if (allowed === 'all') return;
    const names = namesOf(parent);
    if (!names) return refuse(parent, parent.parent.getText(file));
    for (const one of names) if (!allowed.includes(one)) refuse(parent, `vscode.${member}.${one}`);
  };
  const namesOf = (space: ts.PropertyAccessExpression): string[] | undefined => {
    const { parent } = space;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === space) return [parent.name.text];
    if (!ts.isVariableDeclaration(parent) || !ts.isObjectBindingPattern(parent.name)) return undefined;
    return parent.name.elements.map((element) => (element.propertyName ?? element.name).getText(file));
  };
  visit(file);
  return found;
}

describe('what VS Code renders', () => {
  it('is plain text: no link, no icon, no character that steers', () => {
    assert.equal(
      plainText('llama-4. [Install the update](command:x) $(zap) \u001b[2J \u202e.'),
      'llama-4. [Install the update]\u2060(command:x) $\u2060(zap) ␛[2J <U+202E>.',
    );
    // VS Code's own pattern of a link (src/vs/base/common/linkedText.ts).
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
    for (const text of ['[x](command:y)', 'a [b](c) [x](https://y "z")', ']]([x](file:/y)', '[x]\u2060](command:z)']) {
      assert.doesNotMatch(plainText(text), link);
    }
    assert.equal(labelWithIcon('check', '$(x)'), '$(check) $\u2060(x)');
    assert.equal(plainText('A list (of two), a[0], $5, f(x)\nand more'), 'A list (of two), a[0], $5, f(x)\nand more');
  });

  it('in a hover, an address is no link either', () => {
    assert.equal(
      withoutLinks('http://a.b, HTTPS://c [x](command:y), WWW.d.e, me@f.g, a: b, @ home'),
      'http:\u2060//a.b, HTTPS:\u2060//c [x]\u2060(command:y), WWW\u2060.d.e, me\u2060@f.g, a: b, @ home',
    );
  });

  it('goes through src/host: nothing else calls what renders', () => {
    // Mocha runs at the repository's root.
    const files = readdirSync('src', { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts') && !name.startsWith(`host${path.sep}`));
    const host = files
      .map((name) => ({ name, source: readFileSync(path.join('src', name), 'utf8') }))
      .filter(({ source }) => source.includes('vscode'));
    assert.ok(host.length > 30, `${host.length} files`);
    assert.deepEqual(
      host.flatMap(({ name, source }) => taken(name, source)),
      [],
    );
  });

  it('no way past it goes unseen', () => {
    for (const line of [
      'vscode.window.showErrorMessage(text);',
      'const { showErrorMessage } = vscode.window;',
      'const { showErrorMessage: show } = vscode.window;',
      'const { window } = vscode;',
      "vscode['window'].showErrorMessage(text);",
      'const { window: w } = vscode;',
      'const w = vscode.window;',
      "vscode.window['showErrorMessage'](text);",
      'pass(vscode);',
      'class Own extends vscode.MarkdownString {}',
      'new vscode.MarkdownString(text);',
      'new vscode.TreeItem(text);',
      'vscode.languages.registerHoverProvider("*", hover);',
      'vscode.commands.registerCommand("x", f);',
      "const own = require('vscode');",
      "const own = await import('vscode');",
      "import { window } from 'vscode';",
      "import vscode from 'vscode';",
      'this.panel.title = text;',
    ]) {
      assert.equal(taken('a.ts', line).length > 0, true, line);
    }
  });
});
