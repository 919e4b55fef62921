// The claims of the retellings, each with a verdict and the source it rests on. The list is
// `claims.json`; this file says what a claim is and refuses a list that does not keep the rules.

import claimsJson from './claims.json';
import { isMilestoneId, type LocalizedText, type MilestoneId } from './timeline';

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

export class ClaimsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`claims.json: ${problems.join('; ')}`);
    this.name = 'ClaimsError';
  }
}

const HAN = /\p{Script=Han}/u;

function textProblems(where: string, text: unknown): string[] {
  if (typeof text !== 'object' || text === null) return [`${where} is missing`];
  const { en, zh } = text as Partial<LocalizedText>;
  const problems: string[] = [];
  if (typeof en !== 'string' || en.trim() === '') problems.push(`${where} has no English`);
  if (typeof zh !== 'string' || !HAN.test(zh)) problems.push(`${where} has no Chinese`);
  return problems;
}

function citationProblems(where: string, citation: Citation): string[] {
  const problems: string[] = [];
  for (const field of ['authors', 'title', 'where'] as const) {
    if (typeof citation[field] !== 'string' || citation[field].trim() === '') {
      problems.push(`${where}: the citation has no ${field}`);
    }
  }
  if (!Number.isInteger(citation.year)) problems.push(`${where}: the citation has no year`);
  if (citation.link !== null && !/^https:\/\/\S+$/.test(citation.link)) {
    problems.push(`${where}: the link is not an https address`);
  }
  return problems;
}

function saidProblems(where: string, said: Said): string[] {
  const problems = textProblems(where, said);
  if (typeof said.citation === 'object' && said.citation !== null) {
    problems.push(...citationProblems(where, said.citation));
  } else problems.push(`${where} has no citation`);
  if (!READINGS.includes(said.read)) problems.push(`${where}: unknown reading level`);
  if (said.read === 'memory') problems.push(`${where} is quoted from memory`);
  return problems;
}

function claimProblems(claim: Claim): string[] {
  const id = claim.id;
  const problems = textProblems(`${id}: text`, claim.text);
  if (!VERDICTS.includes(claim.verdict)) problems.push(`${id} has no verdict`);
  if (!TELLERS.includes(claim.who)) problems.push(`${id} does not say who tells it`);
  for (const field of ['entry', 'experiment'] as const) {
    const entry = claim[field];
    if (entry !== null && !isMilestoneId(entry)) problems.push(`${id}: unknown ${field} "${entry}"`);
  }
  if (claim.said !== undefined) problems.push(...saidProblems(`${id}: said`, claim.said));
  const graded = ['holds', 'partly', 'wrong'].includes(claim.verdict);
  if (claim.source !== null) problems.push(...textProblems(`${id}: source`, claim.source));
  else if (claim.verdict !== 'cannot-be-checked') problems.push(`${id} has no source`);
  if (claim.citation !== null) problems.push(...citationProblems(id, claim.citation));
  else if (graded) problems.push(`${id} is graded without a citation`);
  if ((claim.citation === null) !== (claim.read === null)) {
    problems.push(`${id}: citation and reading level go together`);
  }
  if (claim.read !== null && !READINGS.includes(claim.read)) {
    problems.push(`${id}: unknown reading level`);
  }
  if (claim.verdict === 'wrong' && claim.read === 'memory') {
    problems.push(`${id} is called wrong from memory`);
  }
  return problems;
}

/** The list itself if it keeps every rule; else throws {@link ClaimsError} with all that is amiss. */
export function checkClaims(list: readonly Claim[]): readonly Claim[] {
  const problems = list.flatMap(claimProblems);
  const seen = new Set<string>();
  for (const { id } of list) {
    if (typeof id !== 'string' || !/^[a-z0-9-]+$/.test(id)) problems.push(`bad id "${id}"`);
    if (seen.has(id)) problems.push(`${id} occurs twice`);
    seen.add(id);
  }
  if (problems.length > 0) throw new ClaimsError(problems);
  return list;
}

/** Every claim, in the order of the entries, those about the whole story last. */
export const CLAIMS: readonly Claim[] = claimsJson as Claim[];

export function claimsOfEntry(entry: MilestoneId | null): Claim[] {
  return CLAIMS.filter((claim) => claim.entry === entry);
}
