/** Whether a text that goes on and on only says again what it has said. */

/** Steps, or characters, after which a text may begin again, and how often it must. */
const LONGEST_PERIOD = { steps: 8, chars: 80 };
const TIMES = { steps: 3, chars: 12 };

/** The step from which on the steps repeat to the end; null where they do not. A last step that is cut off is left out. */
export function circlesFrom(steps: readonly { text: string }[]): number | null {
  const said = steps.map(({ text }) => text.trim().replace(/\s+/g, ' '));
  for (const texts of [said, said.slice(0, -1)]) {
    for (let period = 1; period <= LONGEST_PERIOD.steps && period * TIMES.steps <= texts.length; period++) {
      let from = texts.length - 1 - period;
      while (from >= 0 && texts[from] === texts[from + period]) from--;
      // The first round says it for the first time.
      const rounds = (texts.length - from - 1) / period;
      if (rounds >= TIMES.steps) return from + 1 + period;
    }
  }
  const last = said.at(-1) ?? '';
  return isPeriodic(last) ? said.length - 1 : null;
}

/** "000…0", "the the the …": its end is one piece, again and again. */
function isPeriodic(text: string): boolean {
  for (let period = 1; period <= LONGEST_PERIOD.chars; period++) {
    const length = Math.max(24, period * TIMES.chars);
    if (length > text.length) return false;
    let at = text.length - 1;
    while (at >= text.length - length + period && text[at] === text[at - period]) at--;
    if (at < text.length - length + period) return true;
  }
  return false;
}
