/** The sentence to say first, as the panel says it: what the model expected, and which look back carried that. */
import type { LoadedModel } from '../engine/model/load';
import { story } from '../engine/reading/story';
import type { Trace } from '../engine/trace/trace';
import type { PanelToken } from '../protocol/explanation';
import type { Story } from '../protocol/whyApi';
import { percent } from './report';
import { expectedWord, lineOf, wordAt } from '../shared/wordAt';

/** A cut is compared with 19 other places at least. */
const SHORT = 21;

interface Told {
  model: LoadedModel;
  trace: Trace;
  tokens: readonly PanelToken[];
  /** [tokens], natural logs. */
  logprobs: Float32Array;
  text: string;
  /** Of the file that the text is of, from 1. */
  firstLine: number;
}

/** None where the model was surprised by nothing that a look back explains, or each run reads the file anew. */
export async function storyLines({ model, trace, tokens, logprobs, text, firstLine }: Told): Promise<string[]> {
  if (tokens.length < SHORT || model.card.bytesPerPass !== undefined) return [];
  const told = await story(model, trace, logprobs, () => Promise.resolve());
  if (!told) return [];
  const { why, cut, word, actual } = told;
  const [place, read] = [tokens[why.position + 1], tokens[cut.key]];
  const line = (token: PanelToken): string => `line ${lineOf(text, firstLine, token)}`;
  const expected = `“${expectedWord(text, tokens[why.position], word.text)}” (${percent(word.probability)})`;
  const came = `“${wordAt(text, place)}”`;
  const from = `“${wordAt(text, read)}” in ${line(read)}`;
  const lead = `the lead of “${why.target.label}” over “${why.foil.label}”`;
  return [
    told.met
      ? `In ${line(place)} it was sure of ${expected}, because it looked back at ${from}.`
      : `In ${line(place)} it expected ${expected}, not ${came}${because(told, from)}`,
    `  Measured: without that look ${lead} goes from ${why.difference.toFixed(2)} to ${(why.difference - cut.fall).toFixed(2)} ` +
      `(in logits); of ${cut.compared} other places that were cut, ${percent(cut.beyond)} matter less.` +
      (told.met ? '' : ` What did come was expected with ${percent(actual.probability)}.`),
  ];
}

/** “Because” only after a cut that confirms it; else what the cut did. */
function because({ why, cut }: Story, from: string): string {
  if (cut.confirmed) return `, because it looked back at ${from}.`;
  if (cut.fall <= 0) return `. It read ${from}, but without that look it is no less sure.`;
  if (cut.fall < why.positions[cut.key] / 2) return `. It read ${from}; cutting that changes little.`;
  return `. It read ${from}; cutting that matters, and so does cutting other places.`;
}
