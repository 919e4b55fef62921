/** The words of the page in the person's language. English texts are the keys; the host puts the dictionary in the page. */
import { filled } from '../../src/shared/filled';
import { isolated } from './rightToLeft';

let dictionary = readDictionary();

/** Words that come with a part of the page; the host's dictionary is asked first. */
let added: Record<string, string> = Object.create(null) as Record<string, string>;

export function addWords(words: Readonly<Record<string, string>>): void {
  Object.assign(added, words);
}

/** What `make` gives with these words alone; without any it is in English. */
export function inOtherWords<Made>(words: Readonly<Record<string, string>>, make: () => Made): Made {
  const before = { dictionary, added };
  [dictionary, added] = [words, {}];
  try {
    return make();
  } finally {
    ({ dictionary, added } = before);
  }
}

const translated = (text: string): string => dictionary[text] ?? added[text] ?? text;

/** `{0}`, `{1}` … are replaced by the arguments. */
export function t(text: string, ...args: (string | number)[]): string {
  return fill(translated(text), args);
}

/** The same with elements for some arguments: the pieces of the sentence in the order of the language. */
export function tParts(text: string, ...args: (string | number | Node)[]): (string | Node)[] {
  return translated(text)
    .split(/(\{\d+\})/)
    .flatMap((piece) => {
      const place = /^\{(\d+)\}$/.exec(piece);
      const part = place ? args[Number(place[1])] : piece;
      if (part === undefined || part === '') return [];
      if (typeof part === 'string') return [place ? isolated(part) : part];
      return [typeof part === 'number' ? String(part) : part];
    });
}

export function fill(text: string, args: readonly (string | number)[]): string {
  return filled(text, args, isolated);
}

function readDictionary(): Readonly<Record<string, string>> {
  // Tests of pure parts run where there is no page.
  const json = typeof document === 'undefined' ? null : document.getElementById('l10n');
  const read: unknown = JSON.parse(json?.textContent || '{}');
  return Object.assign(Object.create(null) as Record<string, string>, read);
}
