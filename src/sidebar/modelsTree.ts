/** The sidebar's “Models”: the bundled ones and those on the disk; a click makes one the workspace's model. */
import path from 'node:path';
import * as vscode from 'vscode';
import { showWarning } from '../host/messages';
import { registerCommand } from '../host/registerCommand';
import { registerTree, type Rows, type TreeRow } from '../host/tree';
import type { FoundModels } from '../models/foundModels';
import { isModel, type Model, type ModelChoice } from '../models/modelChoice';
import { asModel, figures, storeTitle, whatItTakes, whyNot } from '../models/modelFigures';
import type { FoundModel, Unreadable } from '../protocol/foundModels';

export const USE_MODEL = 'attentionExplainer.useModel';
export const FIND_MODELS = 'attentionExplainer.findModels';
const SHOW_UNREADABLE = 'attentionExplainer.showUnreadable';

/** `found`: what its head says; `used`: it is the workspace's model. */
type Element = { model: Model; found?: FoundModel; used: boolean } | { unreadable: readonly Unreadable[] };

export class ModelsTree implements Rows<Element> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly models: ModelChoice,
    private readonly found: Pick<FoundModels, 'models' | 'bundledAt' | 'unreadable' | 'onDidChange'>,
  ) {
    models.onDidChoose(() => this.changed.fire());
    found.onDidChange(() => this.changed.fire());
  }

  async elements(): Promise<Element[]> {
    const bundled = await this.models.bundled().catch(() => []);
    const current = await this.models.current().catch(() => undefined);
    const { models: found, unreadable } = this.found;
    const paths = new Set(found.map((model) => model.path));
    const recent = this.models.recent().filter((model) => !paths.has(model.path));
    const element = (model: Model, of?: FoundModel): Element => ({
      model,
      found: of,
      used: model.path === current?.path,
    });
    return [
      ...bundled.map((model) => element(model, this.found.bundledAt(model.path))),
      ...recent.map((model) => element(model)),
      ...found.map((model) => element(asModel(model), model)),
      ...(unreadable.length > 0 ? [{ unreadable }] : []),
    ];
  }

  row(element: Element): TreeRow {
    const { t } = vscode.l10n;
    if ('unreadable' in element) {
      const command = { command: SHOW_UNREADABLE, title: t('Show'), arguments: [inWords(element.unreadable)] };
      const label = t('Not read: {0}', element.unreadable.length);
      return { label, tooltip: inWords(element.unreadable), icon: 'warning', command };
    }
    const { model, found, used } = element;
    const why = found && whyNot(found);
    const told = found && figures(found);
    const where = model.bundled ? t('bundled') : found ? storeTitle(found.store) : path.dirname(model.path);
    return {
      label: model.name,
      description: told ? `${where} · ${told}` : where,
      tooltip: [model.bundled ? undefined : found?.label, told, model.path, why, found && whatItTakes(found)]
        .filter((part) => part !== undefined)
        .join('\n'),
      icon: used ? 'check' : why ? 'circle-slash' : 'circuit-board',
      spoken: used ? t('{0}, in use', model.name) : why ? t('{0}, cannot be used', model.name) : model.name,
      command: { command: USE_MODEL, title: t('Use This Model'), arguments: [model] },
    };
  }
}

const inWords = (unreadable: readonly Unreadable[]): string =>
  unreadable.map(({ path: at, message }) => `${at}: ${message}`).join('\n');

export function registerModels(
  models: ModelChoice,
  found: FoundModels,
  chooseFile: (uri: vscode.Uri, name: string) => unknown,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerTree('attentionExplainer.models', new ModelsTree(models, found)),
    registerCommand(FIND_MODELS, () => found.lookAgain()),
    registerCommand(SHOW_UNREADABLE, (words) => void (typeof words === 'string' && showWarning(words))),
    registerCommand(USE_MODEL, async (model) => {
      if (!isModel(model)) return;
      if (model.bundled) await models.choose(model);
      // A file is read first: one that cannot be used never becomes the choice.
      else await chooseFile(vscode.Uri.file(model.path), model.name);
    }),
  );
}
