/** The sentence to say first, as the panel says it: what the model expected, and which look back carried that. */
import type { LoadedModel } from '../engine/model/load';
import { story } from '../engine/reading/story';
import type { Trace } from '../engine/trace/trace';
import type { PanelToken } from '../protocol/explanation';
import { storyKind, STORY_TOKENS, type StoryKind } from '../shared/storyKind';
import { readableLabel } from '../shared/tokenLabel';
import { begunWord, cameWord, expectedWord, lineOf, wordAt } from '../shared/wordAt';
import { percent } from './report';

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

/** Whether a sentence is looked for at all: not in a few tokens, nor where each run reads the file anew. */
export const mayTell = ({ card }: LoadedModel, tokens: readonly PanelToken[]): boolean =>
  tokens.length >= STORY_TOKENS && card.bytesPerPass === undefined && !card.bothWays;

/** The sentence and how it was measured; none where the model was surprised by nothing that a look back explains. */
export async function storyLines({ model, trace, tokens, logprobs, text, firstLine }: Told): Promise<string[]> {
  if (!mayTell(model, tokens)) return [];
  const told = await story(model, trace, logprobs, () => Promise.resolve());
  if (!told) return [];
  const { why, cut, word, actual, other: second } = told;
  const [place, read] = [tokens[why.position + 1], tokens[cut.key]];
  const [line, earlier] = [place, read].map((token) => lineOf(text, firstLine, token));
  const whole = (one: typeof word): string => expectedWord(text, tokens[why.position], one.text);
  const named = (one: typeof word): string => {
    const begun = begunWord(text, tokens[why.position], one.text);
    const after = begun && ` after “${begun}”`;
    return `“${whole(one)}” (${percent(one.probability)}${after})`;
  };
  const expected = named(word);
  const rival = second && named(second);
  const other = `it expected ${expected}, not “${cameWord(text, place, whole(word))}”`;
  const from = `“${wordAt(text, read)}” ${earlier === line ? 'earlier in that line' : `in line ${earlier}`}`;
  const sentences: Readonly<Record<StoryKind, string>> = {
    undecided: `where “${wordAt(text, place)}” stands, it was undecided between ${expected} and ${rival}; it leaned to the first because it looked back at ${from}.`,
    sure: `it was sure of ${expected}, because it looked back at ${from}.`,
    because: `${other}, because it looked back at ${from}.`,
    despite: `${other}. It read ${from}, but without that look it is no less sure.`,
    little: `${other}. It read ${from}; cutting that changes little.`,
    partly: `${other}, partly because it looked back at ${from}.`,
    among: `${other}. It read ${from}; cutting that matters, and so does cutting other places.`,
  };
  const [target, foil] = [why.target, why.foil].map(({ label }) => readableLabel(label));
  const lead = `the lead of “${target}” over “${foil}”`;
  return [
    `In line ${line}${second ? ',' : ''} ${sentences[storyKind(told)]}`,
    `  Measured: without that look ${lead} goes from ${why.difference.toFixed(2)} to ${(why.difference - cut.fall).toFixed(2)} ` +
      `(in logits); of ${cut.compared} other places that were cut, ${percent(cut.beyond)} matter less.` +
      (told.met ? '' : ` What did come was expected with ${percent(actual.probability)}.`),
  ];
}
