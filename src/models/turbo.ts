/** The setting that gives the engine a process of its own. */
import * as vscode from 'vscode';
import { TURBO_FLAGS } from '../engine/startedWorker.node';

/** Asked at each start of a worker; undefined: a thread. */
export function processFlags(): readonly string[] | undefined {
  return vscode.workspace.getConfiguration('attentionExplainer').get('turbo') === true ? TURBO_FLAGS : undefined;
}
