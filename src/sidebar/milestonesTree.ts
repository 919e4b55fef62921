/** The sidebar's “Milestones”: the entries of the Milestone History in order of time; a click opens one. */
import * as vscode from 'vscode';
import { OPEN_MILESTONES } from '../commands/openMilestones';
import { registerTree, type Rows, type TreeRow } from '../host/tree';
import { MILESTONES, type MilestoneEntry } from '../shared/history/timeline';

export class MilestonesTree implements Rows<MilestoneEntry> {
  constructor(private readonly language: string) {}

  elements(): MilestoneEntry[] {
    return [...MILESTONES];
  }

  row({ id, year, title }: MilestoneEntry): TreeRow {
    return {
      id,
      label: this.language.startsWith('zh') ? title.zh : title.en,
      description: String(year),
      icon: 'milestone',
      command: { command: OPEN_MILESTONES, title: vscode.l10n.t('Open Milestone History'), arguments: [id] },
    };
  }
}

export function registerMilestonesTree(): vscode.Disposable {
  const tree = new MilestonesTree(vscode.env.language);
  return registerTree('attentionExplainer.timeline', tree);
}
