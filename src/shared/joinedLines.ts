/** A text of several lines as one, or with other breaks: each line without the blanks around it, empty ones left out. */
export function joinedLines(text: string, between: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.split('\n');
  const last = lines.length - 1;
  // What is before the first break and behind the last keeps its outer blanks, as a search for breaks would leave it.
  return lines
    .map((line, at) => (at === 0 ? line.trimEnd() : at === last ? line.trimStart() : line.trim()))
    .filter((line, at) => line !== '' || at === 0 || at === last)
    .join(between);
}
