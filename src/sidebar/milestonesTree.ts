/** The sidebar's “Milestones”: the entries of the Milestone History in order of time; a click opens one. */
import * as vscode from 'vscode';
import { registerTree, type Rows, type TreeRow } from '../host/tree';
import { MILESTONES, type MilestoneEntry } from '../shared/history/timeline';

export class MilestonesTree implements Rows<MilestoneEntry> {
  constructor(
    private readonly language: string,
    private readonly open: string,
  ) {}

  elements(): MilestoneEntry[] {
    return [...MILESTONES];
  }

  row({ id, year, title }: MilestoneEntry): TreeRow {
    return {
      id,
      label: this.language.startsWith('zh') ? title.zh : title.en,
      description: String(year),
      icon: 'milestone',
      command: { command: this.open, title: vscode.l10n.t('Open Milestone History'), arguments: [id] },
    };
  }
}

/** `open`: the command that opens an entry. */
export function registerMilestonesTree(open: string): vscode.Disposable {
  const tree = new MilestonesTree(vscode.env.language, open);
  return registerTree('attentionExplainer.timeline', tree);
}
