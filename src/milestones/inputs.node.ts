/** What experiments read, from files: the worker and the command line give it to them. */
import { readFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import path from 'node:path';
import { FileSource } from '../engine/formats/fileSource.node';
import { loadModel, type LoadedModel } from '../engine/model/load';
import type { HostInputs } from '../protocol/milestones';
import { Problem } from '../protocol/problem';
import type { Inputs } from './experiment';

/** One model is kept loaded, whichever was asked for last. */
export class ModelKeeper {
  private kept: { key: string; model: Promise<LoadedModel> } | undefined;

  /** The model of that file as it is now. Throws Problem as `loadModel` does. */
  async load(file: string): Promise<LoadedModel> {
    const source = new FileSource(file);
    try {
      const key = `${file}\n${source.size}\n${statSync(file).mtimeMs}`;
      if (this.kept?.key !== key) this.kept = { key, model: loadModel(source) };
      return await this.kept.model;
    } catch (thrown) {
      this.kept = undefined;
      throw thrown;
    } finally {
      source.close();
    }
  }
}

export function inputsOf(host: HostInputs, models: ModelKeeper): Inputs {
  return {
    workspace: host.workspace,
    selection: host.selection,
    model: (which = 'default') => models.load(host.models[which]),
    async file(name) {
      const file = path.join(host.media, ...name.split('/'));
      try {
        return new Uint8Array(await readFile(file));
      } catch (thrown) {
        throw new Problem('file-missing', `“${file}” cannot be read: ${(thrown as Error).message}`, { file });
      }
    },
  };
}
