/** Lines that belong together as one step: a code block, a table, a quotation. */

export interface Block {
  kind: 'code' | 'table' | 'quote';
}

/** [lines]: the block that each is in, the same object for all lines of a block. A fence that is never closed is none. */
export function blocksOf(lines: readonly string[]): (Block | undefined)[] {
  const blocks = new Array<Block | undefined>(lines.length).fill(undefined);
  const fences = lines.flatMap((line, at) => (/^(?:```|~~~)/.test(line) ? [at] : []));
  for (let i = 0; i + 1 < fences.length; i += 2) {
    blocks.fill({ kind: 'code' }, fences[i], fences[i + 1] + 1);
  }
  for (const [at, line] of lines.entries()) {
    const kind = blocks[at] ? undefined : line.startsWith('|') ? 'table' : line.startsWith('>') ? 'quote' : undefined;
    if (kind) blocks[at] = blocks[at - 1]?.kind === kind ? blocks[at - 1] : { kind };
  }
  return blocks;
}
