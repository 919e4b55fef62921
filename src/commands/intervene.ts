/** Cuts, keeps, halves, swaps or bans what the context menu of a panel was opened on; or opens all that can be done. */
import * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanels } from '../panels/explainPanels';
import type { InterveneAct } from '../protocol/panelApi';

/** Entries of the context menu, which stand there where the page says that they mean something. */
const HERE: Record<string, InterveneAct> = {
  'attentionExplainer.cutThis': 'cut',
  'attentionExplainer.cutThisHere': 'cutHere',
  'attentionExplainer.keepOnlyThis': 'keepOnly',
  'attentionExplainer.halveThis': 'halve',
  'attentionExplainer.swapThis': 'swap',
  'attentionExplainer.banThis': 'ban',
  'attentionExplainer.interveneHere': 'open',
};

export function registerIntervene(panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand('attentionExplainer.intervene', () => panels.nearest()?.intervene('open', false)),
    ...Object.entries(HERE).map(([id, act]) => registerCommand(id, () => panels.nearest()?.intervene(act, true))),
  );
}
