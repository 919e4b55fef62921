/** “Export…”: what a panel shows as a file. From its title bar all that is on show, from its context menu the view under the mouse first. */
import * as vscode from 'vscode';
import { askWhich, heading, type Row } from '../host/asking';
import { showBriefly, showInformation } from '../host/messages';
import { inStatusBar } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import { saveFile } from '../host/saveFile';
import {
  EXPORT_FORMATS,
  type Exportable,
  type ExportFormat,
  type Exporting,
  type WantedExport,
} from '../protocol/exporting';
import { Problem } from '../protocol/problem';
import { exportList, type ExportPart } from '../shared/exportList';

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
  // A page says it, too.
  if (!EXPORT_FORMATS.includes(wanted.format))
    throw new Problem('internal', `There is no format “${String(wanted.format)}”.`);
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
  const offered: readonly ExportFormat[] = (known ?? exportable.all)?.formats ?? [];
  const format = offered.find((one) => one === place.format);
  if (format) return { format, view: known?.name ?? null };
  return pick(exportable, known?.name);
}

/** The first list; a row of another view leads to a second one with its formats. */
async function pick(exportable: Exportable, first: string | undefined): Promise<WantedExport | undefined> {
  const { t } = vscode.l10n;
  const { now, further } = exportList(exportable, first);
  const titleOf = ({ view, title }: ExportPart): string => (view === null ? t('All of “{0}”', title) : title);
  const leading = further.map((part) => ({ icon: 'chevron-right', label: titleOf(part), part }));
  const rows = [
    ...now.flatMap((part) => [heading(titleOf(part)), ...formatRows(part)]),
    ...(leading.length > 0 ? [heading(t('Something else')), ...leading] : []),
  ];
  const picked = await askWhich<Row & { wanted?: WantedExport; part?: ExportPart }>(rows, {
    title: t('Export'),
    placeHolder: t('What is on show, as a file'),
    stays: true,
  });
  if (!picked?.part) return picked?.wanted;
  const placeHolder = titleOf(picked.part);
  return (await askWhich(formatRows(picked.part), { title: t('Export'), placeHolder, stays: true }))?.wanted;
}

function formatRows({ view, formats }: ExportPart): (Row & { wanted: WantedExport })[] {
  const { t } = vscode.l10n;
  const kinds: Record<ExportFormat, { icon: string; label: string }> = {
    json: { icon: 'json', label: t('Data') },
    csv: { icon: 'table', label: t('Table') },
    md: { icon: 'markdown', label: t('Text') },
    svg: { icon: 'symbol-color', label: t('Figure to edit') },
    png: { icon: 'file-media', label: t('Figure as pixels') },
    html: { icon: 'file', label: t('To be printed') },
    mcap: { icon: 'list-flat', label: t('Messages') },
  };
  return formats.map((format) => ({
    ...kinds[format],
    description: format.toUpperCase(),
    wanted: { format, view },
  }));
}

function nothingYet(): void {
  void showInformation(vscode.l10n.t('There is nothing to export yet.'));
}
