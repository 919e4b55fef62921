/** What is a panel's tab called? */
import * as vscode from 'vscode';
import { titleOf } from '../editor/subject';

export const panelTitle = (document: vscode.TextDocument): string => vscode.l10n.t('Attention: {0}', titleOf(document));
