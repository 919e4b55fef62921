/** Is a text a program's source, and no chain of thought? Its lines decide, and marks of a chain of thought outweigh them. */
import { Problem } from '../../protocol/problem';
import { isTrace } from './incoming';

/** Fewer lines are too few to tell. */
const FEWEST = 4;
/** Of the lines that say something. Of prose hardly one is code; of a worked solution with code in it, less than half. */
const SHARE = 0.35;
const MOST_LINES = 2000;

/** What only programs write: at a line's beginning, or at its end. */
const BEGINS =
  /^(?:(?:import|export|from|using|package|namespace|#include|#define|#!|use|mod|extern)\b|#include\b|#define\b|#!|(?:public|private|protected|static|abstract|async|readonly|final|pub|override|virtual)\s+\w|(?:const|let|var|val)\s+[\w{[]|(?:def|fn|func|function|class|struct|enum|interface|trait|impl|type)\s+\w+|(?:if|for|while|switch|catch|elif|else if)\b.*[:{]$|(?:else|try|finally|do)\s*[:{]|return\b.*;?$|@\w+|[})\]]+[;,]?$|<\/?[a-z][\w-]*(?:\s[^<]*)?\/?>)/;
const ENDS = /(?:[;{]|\)\s*=>\s*\{?|\)\s*:|[\w)\]'"`]\s*\)\s*,?|=>|\bthen)$/;
const COMMENT = /^(?:\/\/|\/?\*|#(?!include|define|!)|--|;;|<!--|""")/;
/** LaTeX ends lines as programs do. */
const LATEX = /\\[a-zA-Z\\]/;

/** The 1-based line of the first code; undefined: it is no source, or too short to tell. */
export function firstLineOfSource(text: string): number | undefined {
  const lines = text.split('\n', MOST_LINES).map((line) => line.trim());
  let told = 0;
  let code = 0;
  let first: number | undefined;
  lines.forEach((line, at) => {
    if (line === '' || COMMENT.test(line)) return;
    told++;
    if (LATEX.test(line) || !(BEGINS.test(line) || (ENDS.test(line) && isTerse(line)))) return;
    code++;
    first ??= at + 1;
  });
  return told >= FEWEST && code / told >= SHARE ? first : undefined;
}

/** A sentence may end in a bracket, too: it has words one behind the other and nothing else. */
const isTerse = (line: string): boolean => !/^(?:\p{L}[\p{L}'’-]*[,.]?\s+){3}/u.test(line);

/** Throws Problem trace-invalid where a file is source and has no marks of a chain of thought. */
export function refuseSource(text: string, file: string): void {
  const line = isTrace(text) ? undefined : firstLineOfSource(text);
  if (line === undefined) return;
  const message = `“${file}” looks like a program's source and has no marks of a chain of thought (code begins at line ${line}).`;
  throw new Problem('trace-invalid', message, { file, line, what: 'source' });
}
