/** The claims of the retellings, each with a verdict and the source it rests on; the list is `claims.json`. */
import claimsJson from './claims.json';
import type { LocalizedText, MilestoneId } from './timeline';

export const VERDICTS = ['holds', 'partly', 'wrong', 'opinion', 'cannot-be-checked'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * How the source was read. `full`: the passage itself, in the source's own text (or a copy of it);
 * `abstract`: the source's abstract; `secondary`: a page that reports the source;
 * `memory`: not read, only remembered.
 */
export const READINGS = ['full', 'abstract', 'secondary', 'memory'] as const;
export type Reading = (typeof READINGS)[number];

/** `commonly-said`: in none of the retellings, but heard so often beside them that it wants a verdict. */
export const TELLERS = ['popular-retelling', 'company-history', 'robot-note', 'timeline', 'commonly-said'] as const;
export type Teller = (typeof TELLERS)[number];

export interface Citation {
  authors: string;
  title: string;
  /** Journal, conference, patent office, site. */
  where: string;
  year: number;
  /** https address, by arXiv number, DOI or patent number where there is one; null if none is known. */
  link: string | null;
}

/** What the person whose words are retold said, where those words could be read. */
export interface Said extends LocalizedText {
  citation: Citation;
  /** Never `memory`: remembered words are not set beside those of a retelling. */
  read: Reading;
}

export interface Claim {
  id: string;
  /** The entry it stands beside, or null for a claim about the story as a whole. */
  entry: MilestoneId | null;
  text: LocalizedText;
  who: Teller;
  /** Left out where nothing is retold, or the words were not found. */
  said?: Said;
  verdict: Verdict;
  /** What the source says; null only where nothing could be found or needs to be. */
  source: LocalizedText | null;
  citation: Citation | null;
  /** How the cited source was read; null exactly where no source is cited. */
  read: Reading | null;
  /** The entry whose experiment bears on the claim, if one does: an entry that has an experiment. */
  experiment: MilestoneId | null;
}

export const VERDICT_LABELS: Record<Verdict, LocalizedText> = {
  holds: { en: 'holds', zh: '属实' },
  partly: { en: 'partly', zh: '部分属实' },
  wrong: { en: 'wrong', zh: '不实' },
  opinion: { en: 'opinion', zh: '观点' },
  'cannot-be-checked': { en: 'cannot be checked', zh: '无从查证' },
};

export const READING_LABELS: Record<Reading, LocalizedText> = {
  full: { en: 'passage read in the source', zh: '读过原文相关段落' },
  abstract: { en: 'abstract read', zh: '读过摘要' },
  secondary: { en: 'read on a page that reports it', zh: '读自转述页面' },
  memory: { en: 'from memory, not read again', zh: '凭记忆，未重读' },
};

export const TELLER_LABELS: Record<Teller, LocalizedText> = {
  'popular-retelling': { en: 'a popular retelling', zh: '一种流行的讲法' },
  'company-history': { en: 'a retelling of a company history', zh: '对一部公司史的转述' },
  'robot-note': { en: 'a note on robots', zh: '一篇谈机器人的短文' },
  timeline: { en: 'the dated marks', zh: '时间标记' },
  'commonly-said': { en: 'commonly said', zh: '常见的说法' },
};

/** Every claim, in the order of the entries, those about the whole story last. */
export const CLAIMS: readonly Claim[] = claimsJson as Claim[];

export function claimsOfEntry(entry: MilestoneId | null): Claim[] {
  return CLAIMS.filter((claim) => claim.entry === entry);
}
