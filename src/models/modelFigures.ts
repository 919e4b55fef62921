/** A model that was found, in words: what it is, whose it is, and why it cannot be used. */
import * as vscode from 'vscode';
import { problemMessage } from '../host/problemMessage';
import type { FoundModel, StoreName } from '../protocol/foundModels';
import { Problem } from '../protocol/problem';
import { byteCount, parameterCount } from '../shared/modelFigures';
import type { Model } from './modelChoice';

const { t } = vscode.l10n;

/** "qwen3moe · 30.5B (3.3B active) · Q4_K · 18.6 GB · context 40,960" */
export function figures({
  architecture,
  parameters,
  activeParameters,
  quantization,
  bytes,
  context,
  parts,
  isRead,
}: FoundModel): string {
  const size = parameters === null ? undefined : parameterCount(parameters);
  const isMixture = activeParameters !== null && activeParameters !== parameters;
  return [
    architecture,
    size && isMixture ? t('{0} ({1} active)', size, parameterCount(activeParameters)) : size,
    quantization,
    byteCount(bytes),
    parts > 1 && t('{0} files', parts),
    context !== null && t('context {0}', context.toLocaleString(vscode.env.language)),
    !isRead && t('being read …'),
  ]
    .filter((part) => typeof part === 'string')
    .join(' · ');
}

/** In a word, for a row of a list. */
export function whyNotInShort(model: FoundModel): string | undefined {
  const { problem } = model;
  const { subject } = (problem?.detail ?? {}) as { subject?: string };
  if (problem?.code === 'model-unsupported' && subject !== undefined) return t('Not supported: {0}', subject);
  return whyNot(model);
}

/** undefined: nothing speaks against it. */
export function whyNot({ problem }: FoundModel): string | undefined {
  return problem ? problemMessage(new Problem(problem.code, problem.message, problem.detail as never)) : undefined;
}

/** What using it takes; undefined: nothing unusual. */
export function whatItTakes({ problem, streams }: FoundModel): string | undefined {
  if (problem || !streams) return undefined;
  return t(
    'Larger than memory: Explain Attention reads it from the disk a part of a layer at a time, anew for each run.',
  );
}

export function storeTitle(store: StoreName): string {
  if (store === 'bundled') return t('Bundled');
  return store === 'folder' ? t('Your folders') : TITLES[store];
}

/** As their makers write them. */
const TITLES: Readonly<Record<Exclude<StoreName, 'bundled' | 'folder'>, string>> = {
  ollama: 'Ollama',
  'hugging-face': 'Hugging Face',
  'llama.cpp': 'llama.cpp',
  'lm-studio': 'LM Studio',
  jan: 'Jan',
  gpt4all: 'GPT4All',
  docker: 'Docker',
};

/** What its store calls it says more than a digest, and a file of no name has no other. */
export const asModel = ({ path, name, label }: FoundModel): Model => ({ path, name: name ?? label, bundled: false });
