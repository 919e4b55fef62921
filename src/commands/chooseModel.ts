/** “Choose Model…”: a bundled one, one that was found on this machine, or any GGUF file. With a file as argument it asks nothing. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { WorkerClient } from '../engine/workerClient.node';
import { askWhichOfChanging, heading, type Row } from '../host/asking';
import { showInformation, showWarning } from '../host/messages';
import { inStatusBar } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import { DOWNLOAD_MODEL } from './download';
import type { FoundModels } from '../models/foundModels';
import { mayLoad, untrustedMessage, type Model, type ModelChoice } from '../models/modelChoice';
import { asModel, figures, storeTitle, whatItTakes, whyNot, whyNotInShort } from '../models/modelFigures';
import type { ServerChoice } from '../models/serverChoice';
import type { FoundModel, RunningServer } from '../protocol/foundModels';
import type { ExplainWorkerApi } from '../protocol/workerApi';

export const CHOOSE_MODEL = 'attentionExplainer.chooseModel';

/** `server`: it solves; `model`: it explains. */
type ModelRow = Row & { model?: Model; server?: { address: string; model: string }; instead?: 'browse' | 'download' };

export function registerChooseModel(
  models: ModelChoice,
  found: FoundModels,
  servers: ServerChoice,
  client: WorkerClient<ExplainWorkerApi>,
): vscode.Disposable {
  return registerCommand(CHOOSE_MODEL, async (file, name): Promise<Model | undefined> => {
    const model = file instanceof vscode.Uri ? fileModel(file, name) : await pick(models, found, servers);
    return model && choose(models, client, model);
  });
}

async function choose(
  models: ModelChoice,
  client: WorkerClient<ExplainWorkerApi>,
  model: Model,
): Promise<Model | undefined> {
  const release = client.acquire();
  try {
    if (!model.bundled && !(await mayLoad(model.path))) {
      void offerTrust(untrustedMessage(model.path));
      return undefined;
    }
    // A file that cannot be used never becomes the choice.
    const { name } = await inStatusBar(vscode.l10n.t('Reading the model…'), () =>
      client.ask.inspect({ modelPath: model.path }),
    );
    // A file that does not name itself gives its own name, which may be a digest.
    const named = !model.bundled && name !== path.basename(model.path);
    const chosen = { ...model, name: named ? name : model.name };
    await models.choose(chosen);
    return chosen;
  } finally {
    release();
  }
}

async function pick(models: ModelChoice, found: FoundModels, servers: ServerChoice): Promise<Model | undefined> {
  const { t } = vscode.l10n;
  let running: RunningServer[] = [];
  const rows = async (): Promise<(ModelRow | ReturnType<typeof heading>)[]> => {
    const bundled = await models.bundled().catch(() => []);
    const current = await models.current().catch(() => undefined);
    const known = found.models;
    const paths = new Set(known.map((model) => model.path));
    const row = (model: Model): ModelRow => {
      const head = model.bundled ? found.bundledAt(model.path) : undefined;
      return {
        model,
        icon: model.path === current?.path ? 'check' : undefined,
        label: model.name,
        description: model.bundled ? head && figures(head) : path.dirname(model.path),
      };
    };
    // Figures have the second line: beside a long name they would be cut off.
    const foundRow = (model: FoundModel): ModelRow => ({
      ...row(asModel(model)),
      ...(whyNot(model) && { icon: 'circle-slash' }),
      description: model.label,
      detail: [whyNotInShort(model), figures(model), whatItTakes(model)]
        .filter((part) => part !== undefined)
        .join(' · '),
    });
    const group = (label: string, of: ModelRow[]) => (of.length > 0 ? [heading(label), ...of] : []);
    const recent = models.recent().filter((model) => !paths.has(model.path));
    const stores = [...new Set(known.map(({ store }) => store))];
    return [
      ...group(t('Bundled'), bundled.map(row)),
      ...group(t('From the disk'), [
        { icon: 'folder-opened', label: t('Browse…'), description: t('Open a GGUF file…'), instead: 'browse' },
        {
          icon: 'cloud-download',
          label: t('Download…'),
          description: t('From Hugging Face, into the cache that other tools share'),
          instead: 'download',
        },
      ]),
      ...group(
        t('Running servers'),
        running.flatMap((server) => serverRows(server, known)),
      ),
      ...group(t('Recently used'), recent.map(row)),
      ...stores.flatMap((store) =>
        group(storeTitle(store), known.filter((model) => model.store === store).map(foundRow)),
      ),
    ];
  };
  const changes = async (show: () => void): Promise<void> => {
    const subscription = found.onDidChange(show);
    const asking = found.servers().then((answer) => {
      running = answer;
      show();
    });
    await Promise.all([found.lookAgain(), asking]).finally(() => subscription.dispose());
  };
  const asked = { title: t('Choose Model'), placeHolder: t('The model that explains in this workspace') };
  const picked = await askWhichOfChanging(rows, changes, asked);
  if (picked?.instead === 'browse') return openFile();
  if (picked?.instead === 'download') void vscode.commands.executeCommand(DOWNLOAD_MODEL);
  if (picked?.server) {
    await servers.choose(picked.server.address, picked.server.model);
    void showInformation(t('Connected: {0}.', await servers.label()));
  }
  return picked?.model;
}

/** Each model of a server with what can be done with it: the server solves; its file, where it lies here, is explained. */
function serverRows({ kind, address, models }: RunningServer, known: readonly FoundModel[]): ModelRow[] {
  const { t } = vscode.l10n;
  const where = `${storeTitle(kind)} · ${new URL(address).host}`;
  return models.flatMap(({ name, file }) => {
    const here = known.find((model) => (file ? model.path === file : model.store === kind && model.label === name));
    const model = here ? asModel(here) : file && { path: file, name, bundled: false };
    const solve = {
      icon: 'comment-discussion',
      label: t('Solve with {0}', name),
      description: where,
      detail: t('The server answers in Step Through Chain of Thought. Nothing of it can be looked into.'),
      server: { address, model: name },
    };
    if (!model) return [solve];
    const explain = { icon: 'eye', label: t('Explain with {0}', name), description: where, detail: here && figures(here), model }; // prettier-ignore
    return [solve, explain];
  });
}

async function openFile(): Promise<Model | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose Model'),
    openLabel: vscode.l10n.t('Use This Model'),
    filters: { [vscode.l10n.t('GGUF models')]: ['gguf'] },
  });
  return files?.[0] && fileModel(files[0]);
}

/** @param name what people know it by */
function fileModel({ fsPath }: vscode.Uri, name?: unknown): Model {
  return { path: fsPath, name: typeof name === 'string' ? name : path.basename(fsPath, '.gguf'), bundled: false };
}

async function offerTrust(message: string): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  if ((await showWarning(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
