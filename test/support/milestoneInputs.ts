/** Inputs for experiments outside VS Code. */
import path from 'node:path';
import type { Inputs } from '../../src/milestones/experiment';
import { folderTexts } from '../../src/milestones/folderTexts.node';
import { experimentModels, inputsOf } from '../../src/milestones/inputs.node';
import type { HostInputs, Needs } from '../../src/protocol/milestones';

const BUNDLED = 'attention-explainer-moe-q8_0.gguf';
/** Source text of some megabytes that only the lock file changes. */
const SOURCES = path.join('node_modules', '@types', 'node');
const models = experimentModels();

/** What a host with this folder open collects; `workspace` null: none is open. `media`: the extension's own. */
export async function hostInputs(needs: Needs, media: string, workspace: string | null): Promise<HostInputs> {
  const { workspaceCharacters = 0 } = needs;
  const model = path.join(media, 'models', BUNDLED);
  return {
    workspace: workspace && workspaceCharacters > 0 ? await folderTexts(workspace, workspaceCharacters) : [],
    selection: null,
    models: { default: model, reasoner: model },
    media,
  };
}

/** The bundled model, shipped files, and sources (at most so many characters) as workspace. */
export async function testInputs(workspaceCharacters = 0, folder = SOURCES): Promise<Inputs> {
  const inputs = await hostInputs({ workspaceCharacters }, 'media', folder);
  return inputsOf(inputs, models, new AbortController().signal);
}
