/** Foreign words in Markdown: no link, image, HTML, code, heading or list of theirs. No DOM. */
import { controlPictures } from '../../src/shared/controlPictures';

/**
 * Within a line or a cell: every sign that begins something is escaped, which shows as the sign itself
 * (https://spec.commonmark.org/0.31.2/#backslash-escapes); so is what GitHub makes links of
 * (https://github.github.com/gfm/#autolinks-extension-).
 */
export function markdownWords(text: string): string {
  return controlPictures(text)
    .replace(/[\\`*_[\]<>|~$&@]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&');
}

/** In lines of their own: also what makes a heading, a list or a line across of one. */
export function markdownText(text: string): string {
  return markdownWords(text)
    .replace(/^(\s*)(?=[+-](?:\s|$)|#{1,6}(?:\s|$)|--|=+\s*$)/gm, '$1\\')
    .replace(/^(\s*\d{1,9})(?=[.)](?:\s|$))/gm, '$1\\');
}
