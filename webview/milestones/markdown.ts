/** The little Markdown that facts files are written in, as elements: headings, paragraphs, **bold**, *italic*, links. */
import { h, type Child } from '../shared/dom';

/** The title (`# …`) is left out: the page writes it itself. Headings start one level under the entry's. */
export function facts(markdown: string): HTMLElement[] {
  return markdown
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block) => {
      const text = block.trim().replace(/\n/g, ' ');
      if (text.startsWith('# ')) return [];
      if (text.startsWith('## ')) return [h('h3', {}, text.slice(3))];
      return [h('p', {}, ...inline(text))];
    });
}

const INLINE = /\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\((https:\/\/[^)\s]+)\)/g;

export function inline(text: string): Child[] {
  const parts: Child[] = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, italic, label, address] = match;
    parts.push(text.slice(last, match.index));
    if (bold) parts.push(h('strong', {}, bold));
    else if (italic) parts.push(h('em', {}, italic));
    else parts.push(h('a', { href: address }, label));
    last = match.index + whole.length;
  }
  parts.push(text.slice(last));
  return parts.filter((part) => part !== '');
}
