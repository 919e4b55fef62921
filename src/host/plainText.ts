/**
 * Text as VS Code may render it: whatever it holds of a file's, a server's or a model's words, it is no link, no icon and
 * steers nothing. VS Code has no escape for either, so a word joiner, which is not seen, stands between the two characters
 * that make one: `[x](command:…)` in messages, prompts and views (parseLinkedText), `$(icon)` in labels.
 */
import { controlPictures } from '../shared/controlPictures';

const WORD_JOINER = '\u2060';

export function plainText(text: string): string {
  return controlPictures(text).replace(/[\]$](?=\()/g, `$&${WORD_JOINER}`);
}

/** A label with one of VS Code's icons before it. */
export const labelWithIcon = (icon: string | undefined, text: string): string =>
  icon === undefined ? plainText(text) : `$(${icon}) ${plainText(text)}`;

/**
 * Plain text where Markdown is rendered, even escaped: an address is a link there without any sign around it
 * (https://github.github.com/gfm/#autolinks-extension-).
 */
export const withoutLinks = (text: string): string =>
  plainText(text).replace(/:(?=\/\/)|www(?=\.)|(?<=\S)(?=@)/gi, `$&${WORD_JOINER}`);
