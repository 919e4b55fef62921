/** What of the entry on show can be saved: a sheet for a class, in one language or in both, and the log of its run. The buttons ask as the command does. */
import type { Exportable, Exported, WantedExport } from '../../src/protocol/exporting';
import type { MilestoneId } from '../../src/shared/history/timeline';
import { t } from '../shared/l10n';
import type { Log } from './experimentView';
import type { Host } from './host';
import { pages } from './pages';
import type { LastRun } from './saved';
import { sheet } from './sheet';

export type ExportView = 'sheet' | 'sheet-both' | 'log';

export interface OnShow {
  id: MilestoneId;
  /** The learner's last run, where there was one. */
  run: LastRun | undefined;
  /** null: there is none to be had. */
  log: Log | null;
}

export function exportable({ log }: OnShow): Exportable {
  const part = (name: ExportView, title: string, format: 'html' | 'mcap'): Exportable['views'][number] => ({
    name,
    title,
    formats: [format],
  });
  const views = [
    part('sheet', t('Sheet for a class'), 'html'),
    part('sheet-both', t('Sheet in both languages'), 'html'),
    ...(log ? [part('log', t('Log of the run'), 'mcap')] : []),
  ];
  return { views, all: null };
}

export async function exported({ id, run, log }: OnShow, { view }: WantedExport, host: Host): Promise<Exported | null> {
  switch (view) {
    case 'sheet':
    case 'sheet-both': {
      const chineseWords = view === 'sheet-both' ? await host.call('chineseWords', {}) : undefined;
      return sheet({ id, page: pages[id], run, chineseWords });
    }
    case 'log':
      return log && { name: log.title, content: await log.read() };
    default:
      return null;
  }
}
