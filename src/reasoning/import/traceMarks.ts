/** Marks by which a text is surely a chain of thought. */
import { isEventStream } from './jsonRecords';
import { hasMarks } from './traceOf';
import { hasThoughtMarks } from './transcript';
import { isWorkedList } from './workedList';

/** Whether a selected text is a chain of thought rather than a question: it has marks that no word problem has. */
export function isTrace(text: string): boolean {
  if (/^\s*(?:\{\s*["}]|\[\s*[{[])/.test(text) || isEventStream(text)) return true;
  // A workflow in YAML has steps, too: a list of keys.
  if (/^[ \t]*(?:steps|步骤)\s*[:：]\s*$(?!(?:\n[ \t]*(?:#[^\n]*)?)*\n[ \t]*- [\w-]+:)/im.test(text)) return true;
  return hasThoughtMarks(text) || hasMarks(text) || isWorkedList(text);
}
