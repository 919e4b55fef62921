/** “Connect a Server…”, “Set Server Key…” and “Clear Server Key”. */
import * as vscode from 'vscode';
import { askText, askWhich } from '../host/asking';
import { showInformation } from '../host/messages';
import { inMessage } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import type { ServerChoice } from '../models/serverChoice';
import type { ChatServer } from '../protocol/chatWorkerApi';
import { Problem, toProblem } from '../protocol/problem';
import type { ChatClient } from '../reasoning/chatClient.node';
import { baseAddress, isUnencrypted } from '../reasoning/server/address';
import { isSendable } from '../reasoning/server/request';

export const CONNECT_SERVER = 'attentionExplainer.connectServer';
export const SET_SERVER_KEY = 'attentionExplainer.setServerKey';
export const CLEAR_SERVER_KEY = 'attentionExplainer.clearServerKey';

const USUAL_ADDRESS = 'http://127.0.0.1:8080/v1';

export function registerServer(servers: ServerChoice, client: ChatClient): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand(CONNECT_SERVER, () => connect(servers, client)),
    registerCommand(SET_SERVER_KEY, async () => void (await askKey(servers, (await chosen(servers)).address))),
    registerCommand(CLEAR_SERVER_KEY, async () => {
      const { address } = await chosen(servers);
      await servers.keepKey(address, undefined);
      void showInformation(vscode.l10n.t('The key for {0} is forgotten.', address));
    }),
  );
}

async function chosen(servers: ServerChoice): Promise<ChatServer> {
  const server = await servers.current();
  if (!server) throw new Problem('server-unset', 'No server is chosen.');
  return server;
}

/** Address, key where the server wants one, model: nothing is kept before the server has answered. */
async function connect(servers: ServerChoice, client: ChatClient): Promise<void> {
  const { t } = vscode.l10n;
  const current = await servers.current().catch(() => null);
  const written = await askText({
    title: t('Connect a Server'),
    prompt: t('Address of an OpenAI-compatible server, such as llama.cpp, Ollama (port 11434) or vLLM (port 8000)'),
    value: current?.address ?? USUAL_ADDRESS,
    stays: true,
    problemOf: (text) => (isAddress(text) ? undefined : t('This is no address of a server.')),
  });
  if (written === undefined) return;
  const address = baseAddress(written);
  const models = await modelsAt(servers, client, address);
  const model = models && (await pickModel(models, current?.model ?? ''));
  if (model === undefined) return;
  await servers.choose(address, model);
  void showInformation(t('Connected: {0}.', await servers.label()));
}

/** undefined: the person gave up. @throws Problem server-… */
async function modelsAt(servers: ServerChoice, client: ChatClient, address: string): Promise<string[] | undefined> {
  const title = vscode.l10n.t('Asking {0} for its models…', address);
  for (;;) {
    const server = await servers.at(address, '');
    try {
      return await inMessage(title, (signal) => client.listModels(server, signal));
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code === 'cancelled') return undefined;
      // A server may answer questions without listing its models.
      if (problem.code === 'server-error' && (problem.detail.status === 404 || problem.detail.status === 405))
        return [];
      if (problem.code !== 'server-refused') throw problem;
      if (!(await askKey(servers, address))) return undefined;
    }
  }
}

async function pickModel(models: string[], current: string): Promise<string | undefined> {
  const title = vscode.l10n.t('Connect a Server');
  if (models.length === 1) return models[0];
  if (models.length > 1) {
    const placeHolder = vscode.l10n.t('Which of its models solves?');
    const rows = models.map((label) => ({ label }));
    return (await askWhich(rows, { title, placeHolder, stays: true }))?.label;
  }
  const prompt = vscode.l10n.t('The server does not list its models. Name of the one that solves:');
  return askText({ title, prompt, value: current, stays: true });
}

/** Whether there is a new one. */
async function askKey(servers: ServerChoice, address: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const key = await askText({
    title: t('Server Key'),
    prompt: isUnencrypted(address)
      ? t(
          'Key for {0}. It is kept in the secret storage, but sent unencrypted, since the address begins with http.',
          address,
        )
      : t('Key for {0}. It is kept in the secret storage and sent to no other server.', address),
    password: true,
    problemOf: (text) =>
      isSendable(text.trim()) ? undefined : t('A key has neither line breaks nor characters beyond ASCII.'),
    stays: true,
  });
  if (!key?.trim()) return false;
  await servers.keepKey(address, key.trim());
  return true;
}

function isAddress(text: string): boolean {
  try {
    baseAddress(text);
    return true;
  } catch {
    return false;
  }
}
