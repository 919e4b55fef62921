/** “Export…”: what a panel shows as a file. From its title bar all that is on show, from its context menu the view under the mouse first. */
import * as vscode from 'vscode';
import type { ExplainPanel } from '../panels/explainPanel';
import type { ExplainPanels } from '../panels/explainPanels';
import { problemMessage } from '../panels/problemMessage';
import { saveFile } from '../panels/saveFile';
import type { Exportable, ExportFormat } from '../protocol/panelApi';
import { toProblem } from '../protocol/problem';

export const EXPORT = 'attentionExplainer.export';

/** `view`: null for all of the open group. */
interface Wanted {
  format: ExportFormat;
  view: string | null;
}

export function registerExport(panels: ExplainPanels): vscode.Disposable {
  // From the context menu comes what the page says about the place (data-vscode-context); a script may say all it wants.
  return vscode.commands.registerCommand(EXPORT, async (place?: { view?: unknown; format?: unknown }) => {
    const panel = panels.nearest();
    try {
      const wanted = panel && (await wantedFrom(panel, place));
      if (panel && wanted) await save(panel, wanted);
    } catch (thrown) {
      void vscode.window.showErrorMessage(problemMessage(toProblem(thrown)));
    }
  });
}

async function wantedFrom(
  panel: ExplainPanel,
  place: { view?: unknown; format?: unknown } = {},
): Promise<Wanted | undefined> {
  const exportable = await panel.exportable();
  if (!exportable) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing to export yet.'));
    return undefined;
  }
  const known = exportable.views.find(({ name }) => name === place.view);
  if (isFormat(place.format)) return { format: place.format, view: known?.name ?? null };
  return pick(exportable, known?.name);
}

type Item = vscode.QuickPickItem & { wanted?: Wanted };

async function pick({ group, views }: Exportable, first: string | undefined): Promise<Wanted | undefined> {
  const { t } = vscode.l10n;
  const item = (label: string, format: ExportFormat, view: string | null): Item => ({
    label,
    description: format.toUpperCase(),
    wanted: { format, view },
  });
  const section = (label: string, view: string | null, table: boolean): Item[] => [
    { label, kind: vscode.QuickPickItemKind.Separator },
    item(t('$(json) Data'), 'json', view),
    ...(table ? [item(t('$(table) Table'), 'csv', view)] : []),
    item(t('$(symbol-color) Figure to edit'), 'svg', view),
    item(t('$(file-media) Figure as pixels'), 'png', view),
  ];
  const ofViews = views.map(({ name, title, table }) => ({ name, items: section(title, name, table) }));
  const isFirst = ({ name }: { name: string }): boolean => name === first;
  const items = [
    ...ofViews.filter(isFirst),
    { name: '', items: section(t('All of “{0}”', group), null, false) },
    ...ofViews.filter((one) => !isFirst(one)),
  ].flatMap((one) => one.items);
  const picked = await vscode.window.showQuickPick<Item>(items, {
    title: t('Export'),
    placeHolder: t('What is on show, as a file with the model’s hash and precision'),
    matchOnDescription: true,
    ignoreFocusOut: true, // the page takes the focus back when its menu closes
  });
  return picked?.wanted;
}

async function save(panel: ExplainPanel, { format, view }: Wanted): Promise<void> {
  const { t } = vscode.l10n;
  const exported = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t('Exporting…') },
    () => panel.exported(format, view),
  );
  if (!exported) {
    void vscode.window.showInformationMessage(t('There is nothing to export yet.'));
    return;
  }
  const saved = await saveFile(exported.name, format, exported.content);
  if (saved) vscode.window.setStatusBarMessage(t('Saved.'), 5000);
}

function isFormat(value: unknown): value is ExportFormat {
  return value === 'json' || value === 'csv' || value === 'svg' || value === 'png';
}
