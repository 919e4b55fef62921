/** The shipped vectors put to the test: analogies by section, planes of the sections. */
import { isDecent } from '../shared/rude';
import { principalPlane } from './plane';
import { SECTIONS, type Section } from './questions';
import type { Result, SectionMap, SectionScore } from './options';
import { answers, cosines, nearest, nearestAlone, rowOf, sumOf, type Vectors } from './vectors';

/** Questions are "a is to b as c is to d?", asked for each pair (c, d) from at most so many other pairs. */
export function scoreSection(
  vectors: Vectors,
  { name, pairs }: Section,
  questionsPerPair: number,
): { score: SectionScore; pairs: Result['pairs'] } {
  const score = { name, asked: 0, known: 0, excluded: 0, allowed: 0, alone: 0 };
  const [scores, ofStart] = [new Float32Array(vectors.words.length), new Float32Array(vectors.words.length)];
  const at = (word: string): number => vectors.index.get(word) ?? -1;
  const ofPairs = pairs.map(([c, d], own) => {
    const right = { known: 0, excluded: 0, allowed: 0, alone: 0 };
    if (at(c) >= 0) cosines(vectors, rowOf(vectors, at(c)), ofStart);
    for (let other = 1; other < pairs.length && other <= questionsPerPair; other++) {
      const [a, b] = pairs[(own + other) % pairs.length];
      score.asked++;
      const question = [at(a), at(b), at(c)];
      if (at(d) < 0 || question.includes(-1)) continue;
      right.known++;
      const found = answers(vectors, question, scores);
      if (found.excluded === at(d)) right.excluded++;
      if (found.allowed === at(d)) right.allowed++;
      if (nearestAlone(question, ofStart) === at(d)) right.alone++;
    }
    score.known += right.known;
    score.excluded += right.excluded;
    score.allowed += right.allowed;
    score.alone += right.alone;
    return right;
  });
  return { score, pairs: ofPairs.filter(({ known }) => known > 0) };
}

export function mapSection(vectors: Vectors, { name, pairs }: Section): SectionMap {
  const known = pairs.filter((pair) => pair.every((word) => vectors.index.has(word)));
  const rows = known.flatMap((pair) => pair.map((word) => rowOf(vectors, vectors.index.get(word)!)));
  const { points, shares } = principalPlane(rows);
  return {
    name,
    pairs: known.map(([from, to], at) => ({ from, to, at: points[2 * at], end: points[2 * at + 1] })),
    shares,
  };
}

export function mapSections(vectors: Vectors): SectionMap[] {
  return SECTIONS.map((section) => mapSection(vectors, section)).filter(({ pairs }) => pairs.length > 1);
}

/** What is nearest to king − man + woman, honestly. */
export function kingQuestion(vectors: Vectors): Result['king'] {
  const words = ['man', 'king', 'woman'].map((word) => vectors.index.get(word)!);
  const sum = sumOf(vectors, words[0], words[1], words[2]);
  return { allowed: nearest(vectors, sum, 6, [], isDecent), excluded: nearest(vectors, sum, 6, words, isDecent) };
}
