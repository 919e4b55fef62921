/**
 * What VS Code gives a webview to look like the workbench, as test/page draws with it: its own style sheet and, theme by
 * theme, those of its colours and fonts that our pages name. Written to test/page/themes.json by scripts/pageThemes.mjs.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { THEMES, type Theme } from './driver/asAsked';
import { closeShared } from './driver/shared';
import { startWorkbench } from './driver/workbench';

export interface PageThemes {
  styleSheet: string;
  themes: Record<Theme, Record<string, string>>;
}

export async function main(): Promise<void> {
  try {
    const workbench = await startWorkbench({ open: 'sample.ts' });
    await workbench.runCommand('Explain Attention');
    await workbench.explained('sample.ts');
    const named = namedByOurs();
    const html = workbench.panelFrame().locator('html');
    const styleSheet = await html.evaluate(() => document.getElementById('_defaultStyles')!.textContent!);
    const found: [string, Record<string, string>][] = [];
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await workbench.setTheme(theme);
      const all = await html.evaluate(({ style }) =>
        Array.from(style, (name) => [name, style.getPropertyValue(name)] as const),
      );
      found.push([theme, Object.fromEntries(all.filter(([name]) => named.has(name)).sort())]);
    }
    await workbench.close();
    const file = path.join(root, 'test', 'page', 'themes.json');
    writeFileSync(file, `${JSON.stringify({ styleSheet, themes: Object.fromEntries(found) }, undefined, 2)}\n`);
    console.log(path.relative(root, file));
  } finally {
    await closeShared();
  }
}

/** Custom properties that a built page or VS Code's own style sheet reads. */
function namedByOurs(): Set<string> {
  const built = path.join(root, 'dist', 'webview');
  const files = readdirSync(built).filter((name) => /\.(css|js)$/.test(name));
  const text = files.map((name) => readFileSync(path.join(built, name), 'utf8')).join('\n');
  return new Set([...(text.match(/--vscode-[\w-]+/g) ?? []), '--vscode-scrollbarSlider-background']);
}
