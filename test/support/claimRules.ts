/** The rules that every claim of the retellings keeps. */
import { READINGS, TELLERS, VERDICTS, type Citation, type Claim, type Said } from '../../src/shared/history/claims';
import { isMilestoneId, type LocalizedText } from '../../src/shared/history/timeline';

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
