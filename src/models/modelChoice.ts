/** Which model explains, kept per workspace; the bundled one where nothing else was chosen or can be had. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TrainingCard } from '../protocol/explanation';
import { Problem } from '../protocol/problem';
import { agesAmong, type AgedModel } from './ages';
import { readBundledModels } from './bundledModels';

export interface Model {
  path: string;
  name: string;
  bundled: boolean;
}

/** What is kept may be another version's. */
export function isModel(value: unknown): value is Model {
  if (typeof value !== 'object' || value === null) return false;
  const { path: file, name, bundled } = value as Record<string, unknown>;
  return typeof file === 'string' && typeof name === 'string' && typeof bundled === 'boolean';
}

const CHOICE = 'model';
const RECENT = 'recentModels';
const RECENT_COUNT = 8;

export interface ModelChoiceOptions {
  /** The folder with the bundled models and their index. */
  folder: string;
  workspaceState: vscode.Memento;
  globalState: vscode.Memento;
  isTrusted?(): boolean;
  /** Tells the person why another model is used than the chosen one. */
  warn(message: string): void;
}

export class ModelChoice implements vscode.Disposable {
  private readonly chosen = new vscode.EventEmitter<Model>();
  readonly onDidChoose = this.chosen.event;
  private warnedUntrusted = false;

  constructor(private readonly options: ModelChoiceOptions) {}

  /** @throws Problem when neither the chosen model nor the bundled one is there */
  async current(): Promise<Model> {
    const chosen = this.options.workspaceState.get<unknown>(CHOICE);
    if (!isModel(chosen)) return this.bundledDefault();
    if (!(await isFile(chosen.path))) return this.replaceMissing(chosen);
    if (!(await mayLoad(chosen.path, this.options.isTrusted?.()))) {
      if (!this.warnedUntrusted) this.options.warn(untrustedMessage(chosen.path));
      this.warnedUntrusted = true;
      return this.bundledDefault();
    }
    return chosen;
  }

  /** The model that solves and reads chains of thought: the chosen one, else the bundled reasoner. @throws Problem */
  async reasoner(): Promise<Model> {
    const model = await this.current();
    if (!model.bundled) return model;
    const { reasoner } = await readBundledModels(this.options.folder);
    return { path: reasoner.path, name: reasoner.name, bundled: true };
  }

  /** Makes it the workspace's model. @throws Problem file-missing, model-unsupported (in an untrusted workspace) */
  async choose(model: Model): Promise<void> {
    if (!(await isFile(model.path))) {
      throw new Problem('file-missing', `${model.path} is not there.`, { file: model.path });
    }
    await this.options.workspaceState.update(CHOICE, model);
    if (!model.bundled) {
      const others = this.recent().filter(({ path: other }) => other !== model.path);
      await this.options.globalState.update(RECENT, [model, ...others].slice(0, RECENT_COUNT));
    }
    this.chosen.fire(model);
  }

  /** Models from the disk, last chosen first. */
  recent(): Model[] {
    const kept = this.options.globalState.get<unknown>(RECENT);
    return Array.isArray(kept) ? kept.filter(isModel) : [];
  }

  async bundled(): Promise<Model[]> {
    const { models } = await readBundledModels(this.options.folder);
    return models.map((model) => ({ path: model.path, name: model.name, bundled: true }));
  }

  /** The one that is bundled at several ages, youngest first; none where the list cannot be read: others explain without it. */
  async ages(): Promise<AgedModel[]> {
    return readBundledModels(this.options.folder).then(
      ({ models }) => agesAmong(models),
      () => [],
    );
  }

  /** What a bundled model was trained on; undefined: the hash is another file's. */
  async training(sha256: string): Promise<TrainingCard | undefined> {
    const { models } = await readBundledModels(this.options.folder);
    const found = models.find((model) => model.sha256 === sha256);
    if (!found) return undefined;
    const { trainedOn, context } = found;
    return { on: (vscode.env.language === 'zh-cn' && trainedOn['zh-cn']) || trainedOn.en, context };
  }

  dispose(): void {
    this.chosen.dispose();
  }

  private async bundledDefault(): Promise<Model> {
    const { default: model } = await readBundledModels(this.options.folder);
    return { path: model.path, name: model.name, bundled: true };
  }

  private async replaceMissing(chosen: Model): Promise<Model> {
    const model = await this.bundledDefault();
    // Several may have asked at once (each row of a list does): the first of them has said it.
    if (this.options.workspaceState.get<Model>(CHOICE)?.path !== chosen.path) return this.current();
    // Said once: from here on the bundled model is the choice. The file stays among the recent ones.
    await this.options.workspaceState.update(CHOICE, undefined);
    this.options.warn(
      vscode.l10n.t(
        'The model file {0} is gone. {1} is used instead; choose another model at any time.',
        chosen.path,
        model.name,
      ),
    );
    return model;
  }
}

/** In a workspace that is not trusted, no file that it could have brought along is loaded. */
export async function mayLoad(file: string, isTrusted = vscode.workspace.isTrusted): Promise<boolean> {
  if (isTrusted) return true;
  const target = await realpath(file).catch(() => file);
  const roots = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  for (const { uri } of roots) {
    const root = await realpath(uri.fsPath).catch(() => uri.fsPath);
    if ([file, target].some((candidate) => isInside(candidate, uri.fsPath) || isInside(candidate, root))) return false;
  }
  return true;
}

export function untrustedMessage(file: string): string {
  return vscode.l10n.t(
    '{0} belongs to a workspace that is not trusted and is not loaded. Trust the workspace or choose a model from elsewhere.',
    file,
  );
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
