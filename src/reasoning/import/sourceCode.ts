/**
 * Is a text a program's source, and no chain of thought? Only where hardly a doubt is left: a chain of thought that is refused
 * is worse than a program that is read as one. So lines that nobody but a program writes have to be among it, and marks of a
 * chain of thought, sums and code fences outweigh all of them.
 */
import { Problem } from '../../protocol/problem';
import { findEquations } from '../arithmetic/equations';
import { isDataTable } from './dataTable';
import { isTrace } from './traceMarks';

/** Fewer lines are too few to tell. */
const FEWEST = 4;
/** Of the lines that say something, those that look like code; where but one of them is surely code, more have to. */
const SHARE = 0.35;
const SHARE_AROUND_ONE = 0.6;
/** So many sums are worked out in no program. */
const SUMS = 2;
const MOST_LINES = 2000;
/** UTF-16 units of a line; longer ones are written by no person. */
const LONGEST = 1000;

/** What nobody writes but in a program. */
const SURE = [
  /^#(?:include\s*[<"]|define\s+\w|ifn?def\s+\w|pragma\s|!\s*\/)/,
  // A word alone ("import", "from", "use") begins sentences, too: code has its own signs behind it.
  /^import\s+(?:.*\sfrom\s+)?(?:'[^']*'|"[^"]*");?$|^import\s+(?:static\s+)?[A-Za-z_]\w*(?:\.[A-Za-z_*]\w*)+;?$/,
  /^import\s*[{(]|^import\s+[\w.]+\s+as\s+\w+$|^from\s+[\w.]+\s+import\s+[\w*(]/,
  /^(?:use|using|package|namespace)\s+[A-Za-z_]\w*(?:(?:\.|::|\\)[\w*{}, ]+)+;$|^using\s+namespace\s+\w+;$/,
  /^export\s*(?:[{*]|default\b.*[{(;'"]|(?:const|let|var|type)\s+\w+\s*[=:<]|(?:async\s+)?function\s*\*?\s*\w+\s*[(<])/,
  /^(?:const|let|var|val)\s+\w+(?:\s*:[^=]+)?\s*=.*(?:[{([]|=>)$/,
  /^(?:async\s+)?def\s+\w+\s*\(.*[:(,]$|^class\s+\w+\s*\(.*\)\s*:$/,
  // A set may begin so, behind an equals sign.
  /(?:[^\s={]|=>)\s*\{$|^\{$/,
  /^\}\s*(?:else|catch|finally|from\s*['"])/,
  /^(?:el)?if\b.*;\s*then$/,
  /^<(?:!doctype|\/?(?:html|head|body|script|style|svg|template)\b|(?:meta|link)\s|\?(?:php|xml))/i,
];

/** What is rarely written in prose, at a line's beginning. */
const BEGINS =
  /^(?:import\s+\w+$|package\s+\w+$|(?:const|let|var|val)\s.*=|(?:fn|func|function)\s+\w+\s*[(<]|type\s+\w+(?:<.*>)?\s*=|(?:public|private|protected|static|abstract|async|readonly|final|pub|override|virtual)\s+\w.*[;(,]$|(?:if|for|while|switch|with|elif|else if|except|class)\b.*:$|(?:else|try|finally|do)\s*:$|return\b|raise\s+\w+\(|throw\s+new\s|@[A-Za-z_][\w.]*(?:\(.*\))?$|[})\]]+[;,]?$|<\/?[a-z][\w-]*(?:\s[^<]*)?\/?>)/;
/** At its end: a semicolon, an arrow behind a list of names, a call. Functions of mathematics are called in formulas, too. */
const ENDS =
  /(?:;|[\w)]\)?\s*=>|(?<![\w.])(?!(?:sin|cos|tan|cot|sec|csc|log|exp|sqrt|max|min|gcd|lcm|abs|mod|det|arcsin|arccos|arctan|floor|ceil|phi|var|cov)\()[A-Za-z_][\w.]{2,}\((?:[^()]|\([^()]*\))*\)+,?)$/i;
const CALLS = /[A-Za-z_]{2}\w*\([^()]*[A-Za-z_"'][^()]*\)?|["'`]/;
const COMMENT = /^(?:\/\/|\/?\*|#(?!include|define|ifn?def|pragma|!)|--|;;|<!--|"""|''')/;
/** A fence stands around code in a text that is none. */
const FENCE = /^(?:```|~~~)/;
/** LaTeX ends lines as programs do. */
const LATEX = /\\[a-zA-Z\\]/;

/** The 1-based line of the first code; undefined: it is no source, too short to tell, or in doubt. */
export function firstLineOfSource(text: string): number | undefined {
  const { told, code, sure, sums, first, isFenced } = linesOf(text);
  if (isFenced || sums >= SUMS) return undefined;
  const share = sure > 1 ? SHARE : SHARE_AROUND_ONE;
  return told >= FEWEST && sure > 0 && code / told >= share ? first : undefined;
}

/**
 * Whether a selection may be code, so that the person is asked. A doubt is enough: few lines tell, and sums in comments and
 * within code count for nothing.
 */
export function mayBeSource(text: string): boolean {
  const { told, code, calls, sure, plainSums, isFenced } = linesOf(text);
  if (isFenced || plainSums >= SUMS) return false;
  if (isAssignments(text)) return true;
  // A worked solution may end its lines with semicolons, but calls nothing by name.
  return sure > 0 ? code / told >= SHARE : calls > 1 && calls / told >= SHARE_AROUND_ONE;
}

/** UTF-16 units that tell whether a text is assignments. */
const MOST_ASSIGNED = 20_000;
const ASSIGNMENT =
  /^(?:(?:int|float|double|long|char|bool|auto|let|const|var|final|my|local)\s+)?[$@]?[A-Za-z_][\w.]*(?:\[\w+\])?(?:\s?:\s?\w+)?\s*(?:[-+*/%|&]|:)?=(?!=)\s*[^=?？]{1,200}$/;
const CALL = /^[A-Za-z_][\w.]*\([^()]{0,200}\)$/;

/** "a = 3; b = 4;": nothing but names that are given values. They may be somebody's algebra, but no problem in words. */
function isAssignments(text: string): boolean {
  const statements = text
    .slice(0, MOST_ASSIGNED)
    .split(/[;\n]/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '' && !COMMENT.test(statement));
  const isSaid = (statement: string): boolean => ASSIGNMENT.test(statement) || CALL.test(statement);
  return statements.length >= 2 && ASSIGNMENT.test(statements[0]) && statements.every(isSaid);
}

interface Lines {
  /** Lines that say something, those of them that look like code, and those that surely are. */
  told: number;
  code: number;
  sure: number;
  /** Of those that look like code: those with a call, a text in quotes or a keyword. */
  calls: number;
  /** Sums in all of them; those in neither code nor comments. */
  sums: number;
  plainSums: number;
  /** The 1-based line of the first code. */
  first: number | undefined;
  isFenced: boolean;
}

function linesOf(text: string): Lines {
  const lines: Lines = {
    told: 0,
    code: 0,
    sure: 0,
    calls: 0,
    sums: 0,
    plainSums: 0,
    first: undefined,
    isFenced: false,
  };
  for (const [at, written] of text.split('\n', MOST_LINES).entries()) {
    const line = written.trim();
    if (line === '' || /^(?:\/\/|\/\*)/.test(line)) continue;
    if (FENCE.test(line)) return { ...lines, isFenced: true };
    const found = line.length > LONGEST ? 0 : findEquations(line).length;
    lines.sums += found;
    if (COMMENT.test(line)) continue;
    lines.told++;
    const isRead = line.length <= LONGEST && !LATEX.test(line);
    const isSure = isRead && SURE.some((mark) => mark.test(line));
    const isCode = isSure || (isRead && (BEGINS.test(line) || (ENDS.test(line) && isTerse(line))));
    if (!isSure && !(isCode && found > 0 && /[({]|\/\/|\s#\s/.test(line))) lines.plainSums += found;
    if (!isCode || found > 0) continue;
    lines.code++;
    if (isSure) lines.sure++;
    if (isSure || BEGINS.test(line) || CALLS.test(line)) lines.calls++;
    lines.first ??= at + 1;
  }
  return lines;
}

/** A sentence may end in a bracket, too: it has words one behind the other and nothing else. */
const isTerse = (line: string): boolean => !/^(?:\p{L}[\p{L}'’-]*[,.]?\s+){3}/u.test(line);

/** Throws Problem trace-invalid where a file is source, or a table of data, and has no marks of a chain of thought. */
export function refuseSource(text: string, file: string): void {
  if (isTrace(text)) return;
  const line = firstLineOfSource(text);
  if (line !== undefined) {
    const message = `“${file}” looks like a program's source and has no marks of a chain of thought (code begins at line ${line}).`;
    throw new Problem('trace-invalid', message, { file, line, what: 'source' });
  }
  if (!isDataTable(text)) return;
  const message = `“${file}” looks like a table or a list of data and has no marks of a chain of thought.`;
  throw new Problem('trace-invalid', message, { file, line: 1, what: 'table' });
}
