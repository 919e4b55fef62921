/**
 * Topic or token? What the first expert of the bundled model's routers goes by: I(expert; token), and what the topic tells
 * beyond it, I(expert; topic | token), over tokens that stand in texts of two topics or more. Both grow by chance with few
 * counts, so each stands beside the same sum with the labels dealt out anew: tokens among places, topics among whole texts
 * (words of one text are not independent).
 */
import { log2 } from '../../shared/elementary';
import { forward } from '../../engine/model/forward';
import type { LoadedModel } from '../../engine/model/load';
import { Trace } from '../../engine/trace/trace';
import type { WorkspaceText } from '../../protocol/milestones';
import { generateProblems } from '../../reasoning/problems/problems';
import { FACTS } from '../../shared/history/facts';
import { seededRandom, shuffle } from '../../shared/random';
import { mean } from '../../shared/statistics';
import { TOPICS, type TopicLayer, type TopicName, type TopicOrToken } from './options';

/** Texts of a topic, tokens of a text, and how often labels are dealt out anew. */
interface Sizes {
  texts: number;
  tokens: number;
  deals: number;
}

export interface TopicText {
  topic: TopicName;
  text: string;
}

/** Tokens of all texts, one after another. */
export interface Places {
  /** [places] */
  token: number[];
  text: number[];
  /** [layers][places]: the expert with the largest weight. */
  expert: number[][];
}

/** Of a topic all have a text or none: code only where the workspace has some. */
export function topicTexts(workspace: readonly WorkspaceText[], { texts }: Sizes, seed: number): TopicText[] {
  const stories = Object.values(FACTS);
  const problems = generateProblems({ seed, count: texts * 4, steps: 2, language: 'en' });
  const code = workspace.filter(
    ({ name, text }) => /\.(ts|tsx|js|jsx|mjs|py|go|rs|java|c|cpp)$/.test(name) && text.length > 400,
  );
  const all: Record<TopicName, string[]> = {
    english: stories.map(({ en }) => en),
    chinese: stories.map(({ zh }) => zh),
    // Four short problems make a text about as long as the others.
    problems: Array.from({ length: texts }, (_, at) =>
      problems
        .slice(at * 4, at * 4 + 4)
        .map(({ question, steps }) => `${question}\n${steps.join('\n')}`)
        .join('\n\n'),
    ),
    code: code.map(({ text }) => text),
  };
  const random = seededRandom(seed);
  return TOPICS.flatMap((topic) =>
    shuffle([...all[topic]], random)
      .slice(0, texts)
      .map((text) => ({ topic, text })),
  );
}

/** Which expert each token goes to first. A text is cut after so many tokens; its first, which is always the same, is left out. */
export async function readPlaces(
  model: LoadedModel,
  texts: readonly TopicText[],
  tokens: number,
  onText: (done: number) => Promise<void>,
): Promise<Places> {
  const { config, kernel, tokenizer } = model;
  const places: Places = { token: [], text: [], expert: Array.from({ length: config.layers }, () => []) };
  for (const [number, { text }] of texts.entries()) {
    const ids = tokenizer
      .encode(text, { bos: tokenizer.addBos })
      .slice(0, tokens)
      .map(({ id }) => id);
    const trace = new Trace(config, kernel, ids.length, { keepResidual: false });
    try {
      await forward(model, trace, ids);
      for (let at = 1; at < ids.length; at++) {
        places.token.push(ids[at]);
        places.text.push(number);
        trace.layers.forEach(({ router }, layer) =>
          places.expert[layer].push(router!.ids.i32[at * config.expertsUsed]),
        );
      }
    } finally {
      trace.release();
    }
    await onText((number + 1) / texts.length);
  }
  return places;
}

/** All zero where no token stands in two topics. The same for a seed. */
export function topicOrToken(
  places: Places,
  texts: readonly TopicText[],
  { deals }: Pick<Sizes, 'deals'>,
  seed: number,
): TopicOrToken {
  const topics = texts.map(({ topic }) => TOPICS.indexOf(topic));
  const topicsOf = new Map<number, Set<number>>();
  places.token.forEach((token, at) => {
    const seen = topicsOf.get(token) ?? new Set();
    topicsOf.set(token, seen.add(topics[places.text[at]]));
  });
  const kept = [...places.token.keys()].filter((at) => topicsOf.get(places.token[at])!.size > 1);
  const token = kept.map((at) => places.token[at]);
  const text = kept.map((at) => places.text[at]);
  const random = seededRandom(seed);
  const dealtTopics = Array.from({ length: deals }, () => shuffle([...topics], random));
  const dealtTokens = shuffle([...token], random);
  const layers = places.expert.map((experts): TopicLayer => {
    const expert = kept.map((at) => experts[at]);
    const tells = (byText: readonly number[]): number =>
      conditional(
        expert,
        text.map((each) => byText[each]),
        token,
      );
    const topic = tells(topics);
    const chance = dealtTopics.map(tells);
    return {
      expert: entropyOf(expert),
      token: information(expert, token) - information(expert, dealtTokens),
      topic: topic - mean(chance),
      asMuch: (chance.filter((each) => each >= topic).length + 1) / (deals + 1),
    };
  });
  return {
    texts: TOPICS.map((name) => ({ name, texts: texts.filter(({ topic }) => topic === name).length })),
    places: kept.length,
    tokens: new Set(token).size,
    layers,
  };
}

/** I(a; b | c) = H(a, c) + H(b, c) − H(a, b, c) − H(c), in bits, of the counts as they are. */
export function conditional(a: readonly number[], b: readonly number[], c: readonly number[]): number {
  return entropyOf(a, c) + entropyOf(b, c) - entropyOf(a, b, c) - entropyOf(c);
}

/** I(a; b) in bits. */
export function information(a: readonly number[], b: readonly number[]): number {
  return entropyOf(a) + entropyOf(b) - entropyOf(a, b);
}

/** More than any vocabulary has; three of them fit a double. */
const PLACE = 2 ** 18;

/** Of the tuples, in bits; numbers below PLACE, the first below 512. */
function entropyOf(...columns: readonly (readonly number[])[]): number {
  const counts = new Map<number, number>();
  const rows = columns[0].length;
  for (let at = 0; at < rows; at++) {
    let key = 0;
    for (const column of columns) key = key * PLACE + column[at];
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let sum = 0;
  for (const count of counts.values()) sum -= (count / rows) * log2(count / rows);
  return rows === 0 ? 0 : sum;
}
