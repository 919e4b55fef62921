/** The setting that limits how much is explained. */
import * as vscode from 'vscode';

const DEFAULT = 8192;
const SMALLEST = 16;
const LARGEST = 65536;

export function maxTokens(): number {
  // settings.json may hold anything, whatever package.json says about its type.
  const value: unknown = vscode.workspace.getConfiguration('attentionExplainer').get('maxTokens');
  if (typeof value !== 'number' || !Number.isFinite(value)) return DEFAULT;
  return Math.min(LARGEST, Math.max(SMALLEST, Math.floor(value)));
}
