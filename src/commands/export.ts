/** “Export…”: what a panel shows as a file. From its title bar all that is on show, from its context menu the view under the mouse first. */
import * as vscode from 'vscode';
import { askWhich, heading } from '../host/asking';
import { showBriefly, showInformation } from '../host/messages';
import { inStatusBar } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanel } from '../panels/explainPanel';
import type { ExplainPanels } from '../panels/explainPanels';
import { saveFile } from '../panels/saveFile';
import type { Exportable, ExportFormat } from '../protocol/panelApi';

export const EXPORT = 'attentionExplainer.export';

/** `view`: null for all of the open group. */
interface Wanted {
  format: ExportFormat;
  view: string | null;
}

export function registerExport(panels: ExplainPanels): vscode.Disposable {
  // From the context menu comes what the page says about the place (data-vscode-context); a script may say all it wants.
  return registerCommand(EXPORT, async (place) => {
    const panel = panels.nearest();
    const wanted = panel && (await wantedFrom(panel, place));
    if (panel && wanted) await save(panel, wanted);
  });
}

async function wantedFrom(panel: ExplainPanel, given: unknown): Promise<Wanted | undefined> {
  const place: { view?: unknown; format?: unknown } = typeof given === 'object' && given !== null ? given : {};
  const exportable = await panel.exportable();
  if (!exportable) {
    void showInformation(vscode.l10n.t('There is nothing to export yet.'));
    return undefined;
  }
  const known = exportable.views.find(({ name }) => name === place.view);
  if (isFormat(place.format)) return { format: place.format, view: known?.name ?? null };
  return pick(exportable, known?.name);
}

async function pick({ group, views }: Exportable, first: string | undefined): Promise<Wanted | undefined> {
  const { t } = vscode.l10n;
  const row = (icon: string, label: string, format: ExportFormat, view: string | null) => ({
    icon,
    label,
    description: format.toUpperCase(),
    wanted: { format, view },
  });
  const section = (label: string, view: string | null, table: boolean) => [
    heading(label),
    row('json', t('Data'), 'json', view),
    ...(table ? [row('table', t('Table'), 'csv', view)] : []),
    row('symbol-color', t('Figure to edit'), 'svg', view),
    row('file-media', t('Figure as pixels'), 'png', view),
  ];
  const ofViews = views.map(({ name, title, table }) => ({ name, rows: section(title, name, table) }));
  const isFirst = ({ name }: { name: string }): boolean => name === first;
  const rows = [
    ...ofViews.filter(isFirst),
    { name: '', rows: section(t('All of “{0}”', group), null, false) },
    ...ofViews.filter((one) => !isFirst(one)),
  ].flatMap((one) => one.rows);
  const picked = await askWhich(rows, {
    title: t('Export'),
    placeHolder: t('What is on show, as a file with the model’s hash and precision'),
    stays: true,
  });
  return picked?.wanted;
}

async function save(panel: ExplainPanel, { format, view }: Wanted): Promise<void> {
  const { t } = vscode.l10n;
  const exported = await inStatusBar(t('Exporting…'), () => panel.exported(format, view));
  if (!exported) {
    void showInformation(t('There is nothing to export yet.'));
    return;
  }
  const saved = await saveFile(exported.name, format, exported.content);
  if (saved) showBriefly(t('Saved.'));
}

function isFormat(value: unknown): value is ExportFormat {
  return value === 'json' || value === 'csv' || value === 'svg' || value === 'png';
}
