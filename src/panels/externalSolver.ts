/** Puts a question to a server or to a model of VS Code, and makes a chain of thought of what comes back. */
import * as vscode from 'vscode';
import { askLanguageModel } from '../models/languageModel';
import type { ServerChoice } from '../models/serverChoice';
import type { WorkerClient } from '../engine/workerClient.node';
import { Problem } from '../protocol/problem';
import type { Answered } from '../protocol/reasoningPanelApi';
import type { ReasoningWorkerApi } from '../protocol/reasoningWorkerApi';
import type { ChatClient } from '../reasoning/chatClient.node';
import { instructedQuestion } from '../reasoning/solve/chatInstructions';
import type { AskExternalSolver } from './externalQuestion';
import { problemMessage } from '../host/problemMessage';

interface Said extends Pick<Answered, 'modelName' | 'address' | 'ending'> {
  /** As an OpenAI-compatible server gives it. */
  completion: object;
  problem?: Problem;
}

/** `connectServer` asks for one where none is set. Throws Problem server-…, language-model-…, no-steps or cancelled. */
export function externalSolver(
  servers: ServerChoice,
  chats: ChatClient,
  client: WorkerClient<ReasoningWorkerApi>,
  connectServer: () => PromiseLike<unknown>,
): AskExternalSolver {
  return async ({ question, expected, whom }, signal, onText) => {
    const message = instructedQuestion(question, true);
    const { completion, problem, ...said } =
      whom === 'server'
        ? await atServer(servers, chats, connectServer, message, signal, onText)
        : await inVsCode(message, signal, onText);
    const trace = await client.ask.completion({ completion, question });
    return { ...said, whom, expected, trace, message: problem ? whyNotWhole(problem) : null };
  };
}

async function atServer(
  servers: ServerChoice,
  chats: ChatClient,
  connectServer: () => PromiseLike<unknown>,
  message: string,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<Said> {
  if (!(await servers.current())) await connectServer();
  const server = await servers.current();
  if (!server) throw new Problem('server-unset', 'No server is chosen.');
  const { model, ...answer } = await chats.chat(server, message, signal, onText);
  return { ...answer, modelName: model, address: server.address };
}

async function inVsCode(message: string, signal: AbortSignal, onText: (text: string) => void): Promise<Said> {
  const { text, modelName, problem } = await askLanguageModel(message, signal, onText);
  const completion = { choices: [{ message: { content: text } }] };
  return { completion, modelName, address: null, ending: problem ? 'broken' : 'end', problem };
}

function whyNotWhole(problem: Problem): string {
  return problem.code === 'cancelled'
    ? vscode.l10n.t('You stopped it: what had come by then is shown.')
    : vscode.l10n.t('{0} What had come by then is shown.', problemMessage(problem));
}
