/** LaTeX's ways of writing what a plain text writes too: fractions, words within formulas, groups of digits. */

export function withoutLatex(text: string): string {
  if (!text.includes('\\') && !text.includes('{,}')) return text;
  return text
    .replace(/(?<=\d)(?=\\[dtc]?frac)/g, ' ')
    .replace(/\\[dtc]?frac\s{0,8}\{\s{0,8}(\d+)\s{0,8}\}\s{0,8}\{\s{0,8}(\d+)\s{0,8}\}/g, '$1/$2')
    .replace(/\\[dtc]?frac\s?(\d)\s?(\d)/g, '$1/$2')
    .replace(/\\[dtc]?frac\s?(\d)\s?\{(\d+)\}/g, '$1/$2')
    .replace(/\\(?:text|textbf|mathrm|mathbf|mbox)\s{0,8}\{([^{}]*)\}/g, ' $1')
    .replace(/(?<=\d)(?:\{,\}|\\[,!;])(?=\d{3})/g, ',')
    .replace(/\\(?=[$%{}])/g, '')
    .replace(/\\(?:left|right)(?![a-z])/g, '')
    .replace(/\\[,!;: ]|~/g, ' ');
}
