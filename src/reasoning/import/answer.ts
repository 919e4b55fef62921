/** The answer that a text comes to: what follows ####, else the last \boxed{…}, else the last number. */

const NUMBER = /[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?/g;

export function finalAnswer(text: string): string | null {
  const marked = text.lastIndexOf('####');
  if (marked >= 0) {
    const line = text
      .slice(marked + 4)
      .split('\n', 1)[0]
      .trim();
    if (line) return normalAnswer(line);
  }
  const boxed = [...text.matchAll(/\\boxed\{([^{}]*)\}/g)].at(-1)?.[1];
  if (boxed?.trim()) return normalAnswer(boxed);
  return lastNumber(text);
}

/** Digits in a line alone: "$1,080." → "1080". Words stay as they are. */
export function normalAnswer(text: string): string {
  return lastNumber(text) ?? text.trim();
}

function lastNumber(text: string): string | null {
  const number = text.match(NUMBER)?.at(-1);
  return number ? plainNumber(number) : null;
}

function plainNumber(number: string): string {
  const plain = number.replaceAll(',', '').replace('−', '-');
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}
