/** “Open Milestone History”; takes an entry's id as argument. A vscode: link opens an entry as it is set there. */
import * as vscode from 'vscode';
import { showWarning } from '../host/messages';
import { registerCommand } from '../host/registerCommand';
import type { MilestonesPanel } from '../panels/milestonesPanel';
import { readMilestoneLink } from '../protocol/milestoneLink';

export const OPEN_MILESTONES = 'attentionExplainer.openMilestones';

export function registerOpenMilestones(panel: MilestonesPanel): vscode.Disposable {
  return registerCommand(OPEN_MILESTONES, (entry) => panel.open(typeof entry === 'string' ? { id: entry } : undefined));
}

/** Anybody may have written the link: it opens and sets, and runs nothing. */
export function followMilestoneLink(panel: MilestonesPanel, { path, query }: Pick<vscode.Uri, 'path' | 'query'>): void {
  const place = readMilestoneLink(path, query);
  if (place) panel.open(place);
  else void showWarning(vscode.l10n.t('This link leads to no entry of the Milestone History.'));
}
