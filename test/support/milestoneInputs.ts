/** Inputs for experiments in plain mocha. */
import path from 'node:path';
import type { Inputs } from '../../src/milestones/experiment';
import { folderTexts } from '../../src/milestones/folderTexts.node';
import { experimentModels, inputsOf } from '../../src/milestones/inputs.node';

const BUNDLED = path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf');
const models = experimentModels();

/** The bundled model, shipped files, and this repository's own sources (at most so many characters) as workspace. */
export async function testInputs(workspaceCharacters = 0): Promise<Inputs> {
  return inputsOf(
    {
      workspace: workspaceCharacters > 0 ? await folderTexts('src', workspaceCharacters) : [],
      selection: null,
      models: { default: BUNDLED, reasoner: BUNDLED },
      media: 'media',
    },
    models,
    new AbortController().signal,
  );
}
