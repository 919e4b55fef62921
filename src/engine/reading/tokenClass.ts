/** What kind of thing a token is, by its characters alone: enough to say what an expert likes. */
import type { TokenClass } from '../../protocol/readingApi';

/** Words that are keywords in several of the common programming languages. */
const KEYWORDS = new Set(
  (
    'abstract and as async await break case catch class const continue def default del do elif else enum except export ' +
    'extends false final finally fn for from func function global goto if impl implements import in instanceof ' +
    'interface is lambda let match mut namespace new nil none not null or package pass private protected public pub ' +
    'raise return self static struct super switch this throw throws trait true try type typeof undefined use var void ' +
    'while with yield'
  ).split(' '),
);

/** By the first rule that fits, white space around it left out. */
export function tokenClass(text: string): TokenClass {
  const bare = text.trim();
  if (bare === '') return /[\n\r]/.test(text) ? 'line-break' : text === '' ? 'other' : 'space';
  if (KEYWORDS.has(bare.toLowerCase())) return 'keyword';
  if (/^\p{N}[\p{N}._]*$/u.test(bare)) return 'number';
  if (/^[\p{L}\p{M}_$][\p{L}\p{M}\p{N}_$]*$/u.test(bare)) return 'word';
  if (/^[()[\]{}]+$/.test(bare)) return 'bracket';
  if (/^[.,;:!?"'`、。，；：！？…]+$/u.test(bare)) return 'punctuation';
  if (/^[-+*/%=<>&|^~@#\\]+$/.test(bare)) return 'operator';
  return 'other';
}
