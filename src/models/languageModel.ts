/**
 * A language model that an extension provides VS Code with. It is looked for when a question is put to it, never before: the
 * first request may ask the person for leave. It gives text only, no log-probabilities.
 */
import * as vscode from 'vscode';
import { askWhich } from '../host/asking';
import { Problem } from '../protocol/problem';

/** Of an answer: as of a server's. */
const MOST_CHARS = 2 ** 19;

export interface SpokenAnswer {
  text: string;
  modelName: string;
  /** Why it is not whole. */
  problem?: Problem;
}

/** Resolves with what came, even where it broke off. Throws Problem language-model-…, or cancelled, where nothing came. */
export async function askLanguageModel(
  message: string,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<SpokenAnswer> {
  const cancel = new vscode.CancellationTokenSource();
  const onAbort = (): void => cancel.cancel();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const model = await pick();
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    let text = '';
    try {
      const justification = vscode.l10n.t('It solves the problem that you gave it, step by step.');
      const messages = [vscode.LanguageModelChatMessage.User(message)];
      const response = await model.sendRequest(messages, { justification }, cancel.token);
      for await (const piece of response.text) {
        text += piece;
        onText(text);
        if (text.length > MOST_CHARS)
          throw new Problem('answer-endless', 'The answer does not end.', { whose: model.name });
        if (signal.aborted) break;
      }
    } catch (thrown) {
      const problem = signal.aborted ? new Problem('cancelled', 'Cancelled.') : failure(thrown, model.name);
      cancel.cancel();
      if (text === '') throw problem;
      return { text, modelName: model.name, problem };
    }
    if (signal.aborted) return { text, modelName: model.name, problem: new Problem('cancelled', 'Cancelled.') };
    if (text.trim() === '') throw new Problem('no-steps', 'The answer is empty.');
    return { text, modelName: model.name };
  } finally {
    signal.removeEventListener('abort', onAbort);
    cancel.dispose();
  }
}

async function pick(): Promise<vscode.LanguageModelChat> {
  const models = await vscode.lm.selectChatModels();
  if (models.length === 0) throw new Problem('language-model-none', 'No extension provides a language model.');
  if (models.length === 1) return models[0];
  const rows = models.map((model) => ({ label: model.name, description: model.vendor, detail: model.family, model }));
  const picked = await askWhich(rows, {
    title: vscode.l10n.t('Models of VS Code'),
    placeHolder: vscode.l10n.t('Which of them solves?'),
    stays: true,
  });
  if (!picked) throw new Problem('cancelled', 'Cancelled.');
  return picked.model;
}

function failure(thrown: unknown, modelName: string): Problem {
  if (thrown instanceof Problem) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem('language-model-failed', message, { modelName });
}
