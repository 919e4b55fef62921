/** Marks in the editor and in Problems, with plain text. */
import * as vscode from 'vscode';
import { plainText } from './plainText';

export function diagnostic(
  range: vscode.Range,
  message: string,
  severity: 'warning' | 'information',
): vscode.Diagnostic {
  const level = severity === 'warning' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
  const made = new vscode.Diagnostic(range, plainText(message), level);
  made.source = 'Attention Explainer';
  return made;
}

/** Keeps the marks of one kind, by document. */
export const diagnosticCollection = (name: string): vscode.DiagnosticCollection =>
  vscode.languages.createDiagnosticCollection(name);
