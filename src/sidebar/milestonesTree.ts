/** The sidebar's “Milestones”: the entries of the Milestone History in order of time; a click opens one. */
import * as vscode from 'vscode';
import { OPEN_MILESTONES } from '../commands/openMilestones';
import { MILESTONES, type MilestoneEntry } from '../milestones/timeline';

export class MilestonesTree implements vscode.TreeDataProvider<MilestoneEntry> {
  constructor(private readonly language: string) {}

  getChildren(entry?: MilestoneEntry): MilestoneEntry[] {
    return entry ? [] : [...MILESTONES];
  }

  getTreeItem({ id, year, title }: MilestoneEntry): vscode.TreeItem {
    const item = new vscode.TreeItem(this.language.startsWith('zh') ? title.zh : title.en);
    item.id = id;
    item.description = String(year);
    item.iconPath = new vscode.ThemeIcon('milestone');
    item.command = { command: OPEN_MILESTONES, title: vscode.l10n.t('Open Milestone History'), arguments: [id] };
    return item;
  }
}

export function registerMilestonesTree(): vscode.Disposable {
  const tree = new MilestonesTree(vscode.env.language);
  return vscode.window.registerTreeDataProvider('attentionExplainer.timeline', tree);
}
