/** “Open Milestone History”; takes an entry's id as argument, for links to an entry. */
import * as vscode from 'vscode';
import type { MilestonesPanel } from '../panels/milestonesPanel';

export const OPEN_MILESTONES = 'attentionExplainer.openMilestones';

export function registerOpenMilestones(panel: MilestonesPanel): vscode.Disposable {
  return vscode.commands.registerCommand(OPEN_MILESTONES, (entry?: unknown) =>
    panel.open(typeof entry === 'string' ? entry : undefined),
  );
}
