/** A run under interventions: which tokens it has, whether the interventions fit it, what they take from other runs. */
import type { Edit, TokenEdit } from '../protocol/edit';
import { printEdit } from '../protocol/editText';
import { readableLabel } from '../shared/tokenLabel';
import { checkEdits, refuse } from './model/edits';
import { takeDonors, type Sources } from './model/takeDonors';
import { checkOnText } from './model/fitsText';
import { forward, type Hooks } from './model/forward';
import type { LoadedModel } from './model/load';
import { rerun, type RerunOptions } from './model/rerun';
import type { Token } from './tokenizer/tokenizer';
import { Trace } from './trace/trace';

/** Those that are acted on before a run, and those that act in it. */
export function split(edits: readonly Edit[]): { replaced: TokenEdit[]; acting: Edit[] } {
  const replaced = edits.filter((edit) => edit.site === 'tokens');
  return { replaced, acting: edits.filter((edit) => edit.site !== 'tokens') };
}

/** Other tokens in the places of some; they keep the places' offsets. Throws Problem edit-invalid for what is not one token. */
export function replaceTokens(
  { tokenizer }: LoadedModel,
  tokens: readonly Token[],
  edits: readonly TokenEdit[],
): Token[] {
  const replaced = [...tokens];
  for (const edit of edits) {
    const token = replaced[edit.pos];
    if (!token)
      refuse(
        `${printEdit(edit)}: there is no token ${edit.pos}; the text has ${tokens.length}, 0 to ${tokens.length - 1}.`,
      );
    replaced[edit.pos] = { ...token, id: tokenOf(tokenizer, edit.text, `${printEdit(edit)}: `) };
  }
  return replaced;
}

/** The one token that writes this text. Throws Problem edit-invalid, which says which tokens it takes instead. */
export function tokenOf(tokenizer: LoadedModel['tokenizer'], text: string, where = ''): number {
  const found = tokenizer.encode(text, { bos: false });
  if (found.length === 1) return found[0].id;
  // Some tokenizers put a space before a text, or split what stands in the vocabulary whole.
  for (let id = 0; id < tokenizer.vocabSize; id++) if (tokenizer.decode([id]) === text && text !== '') return id;
  const pieces = found.map(({ id }) => `“${readableLabel(tokenizer.labelOf(id))}”`).join(' ');
  return refuse(`${where}“${text}” is not one token of this model${pieces === '' ? '' : `; it is ${pieces}`}.`);
}

export interface EditedOptions extends Pick<Hooks, 'afterChunk' | 'afterLayer'>, Pick<RerunOptions, 'onTrace'> {
  /** The run without interventions, where it is kept. */
  clean?: Trace;
  sources?: Sources;
}

/**
 * A trace of the tokens under `edits`, without those of tokens; the caller releases it. Throws Problem edit-invalid for what
 * fits neither the model nor the text, and as forward.
 */
export async function editedRun(
  model: LoadedModel,
  ids: readonly number[],
  edits: readonly Edit[],
  { clean: kept, sources, afterChunk, ...hooks }: EditedOptions = {},
): Promise<Trace> {
  checkEdits(edits, model.config);
  const clean = kept ?? new Trace(model.config, model.kernel, ids.length);
  try {
    if (!kept) await forward(model, clean, ids, { afterChunk });
    checkOnText(edits, clean);
    const donors = await takeDonors(model, ids, edits, sources, { afterChunk });
    return await rerun(model, clean, { edits, donors, afterChunk, ...hooks });
  } finally {
    if (!kept) clean.release();
  }
}
