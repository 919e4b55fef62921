/** “Open Milestone History”; takes an entry's id as argument, for links to an entry. */
import type * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import type { MilestonesPanel } from '../panels/milestonesPanel';

export const OPEN_MILESTONES = 'attentionExplainer.openMilestones';

export function registerOpenMilestones(panel: MilestonesPanel): vscode.Disposable {
  return registerCommand(OPEN_MILESTONES, (entry) => panel.open(typeof entry === 'string' ? entry : undefined));
}
