/** “Export…”: what a panel shows as a file. From its title bar all that is on show, from its context menu the view under the mouse first. */
import * as vscode from 'vscode';
import { askWhich, heading } from '../host/asking';
import { showBriefly, showInformation } from '../host/messages';
import { inStatusBar } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import { saveFile } from '../host/saveFile';
import {
  EXPORT_FORMATS,
  type Exportable,
  type ExportableView,
  type ExportFormat,
  type Exporting,
  type WantedExport,
} from '../protocol/exporting';

export const EXPORT = 'attentionExplainer.export';

/** `nearest`: the panel that is meant where none is named. */
export function registerExport(nearest: () => Exporting | undefined): vscode.Disposable {
  // From the context menu comes what the page says about the place (data-vscode-context); a script may say all it wants.
  return registerCommand(EXPORT, async (place) => {
    const panel = nearest();
    const wanted = panel && (await wantedFrom(panel, place));
    if (panel && wanted) await exportFrom(panel, wanted);
  });
}

/** Whether a file was written. */
export async function exportFrom(panel: Exporting, wanted: WantedExport): Promise<boolean> {
  const { t } = vscode.l10n;
  const exported = await inStatusBar(t('Exporting…'), () => panel.exported(wanted));
  if (!exported) {
    nothingYet();
    return false;
  }
  const saved = await saveFile(exported.name, wanted.format, exported.content);
  if (saved) showBriefly(t('Saved.'));
  return saved;
}

async function wantedFrom(panel: Exporting, given: unknown): Promise<WantedExport | undefined> {
  const place: { view?: unknown; format?: unknown } = typeof given === 'object' && given !== null ? given : {};
  const exportable = await panel.exportable();
  if (!exportable) {
    nothingYet();
    return undefined;
  }
  const known = exportable.views.find(({ name }) => name === place.view);
  const format = EXPORT_FORMATS.find((one) => one === place.format);
  if (format) return { format, view: known?.name ?? null };
  return pick(exportable, known?.name);
}

async function pick({ all, views }: Exportable, first: string | undefined): Promise<WantedExport | undefined> {
  const { t } = vscode.l10n;
  const kinds: Record<ExportFormat, { icon: string; label: string }> = {
    json: { icon: 'json', label: t('Data') },
    csv: { icon: 'table', label: t('Table') },
    md: { icon: 'markdown', label: t('Text') },
    svg: { icon: 'symbol-color', label: t('Figure to edit') },
    png: { icon: 'file-media', label: t('Figure as pixels') },
  };
  const section = (title: string, view: string | null, formats: readonly ExportFormat[]) => [
    heading(title),
    ...formats.map((format) => ({
      ...kinds[format],
      description: format.toUpperCase(),
      wanted: { format, view },
    })),
  ];
  const ofView = ({ name, title, formats }: ExportableView) => section(title, name, formats);
  const isFirst = ({ name }: ExportableView): boolean => name === first;
  const rows = [
    ...views.filter(isFirst).flatMap(ofView),
    ...(all ? section(t('All of “{0}”', all.title), null, all.formats) : []),
    ...views.filter((one) => !isFirst(one)).flatMap(ofView),
  ];
  const picked = await askWhich(rows, {
    title: t('Export'),
    placeHolder: t('What is on show, as a file with the model’s hash and precision'),
    stays: true,
  });
  return picked?.wanted;
}

function nothingYet(): void {
  void showInformation(vscode.l10n.t('There is nothing to export yet.'));
}
