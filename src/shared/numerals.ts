/** Numbers in words: "one hundred and twenty-three", 一百二十三. */

const ENGLISH = new Map<string, number>(
  [
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
      .split(' ')
      .map((word, value) => [word, value] as const),
    'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, 20 + 10 * i] as const),
  ].flat(),
);
const SCALES = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);
/** Words of one number. */
const LONGEST = 16;

/** As figures, and how many words it takes; null where none begins. */
export function englishNumber(
  words: readonly { text: string }[],
  from: number,
): { sign: string; length: number } | null {
  let [total, group, length, last] = [0, 0, 0, Infinity];
  for (let at = from; at < words.length && at - from < LONGEST; at++) {
    const word = words[at].text.toLowerCase();
    const value = ENGLISH.get(word);
    const scale = SCALES.get(word);
    if (
      value !== undefined &&
      (last === Infinity || last >= 100 || (last >= 20 && last < 100 && value < 10 && value > 0))
    ) {
      group += value;
      last = value;
    } else if (word === 'hundred' && group > 0 && group < 100) [group, last] = [group * 100, 100];
    else if (scale && group > 0) [total, group, last] = [total + group * scale, 0, 1000];
    // "twenty-three", "one hundred and five": only where more of the number follows.
    else if (length > 0 && (word === 'and' || word === '-') && isPart(words[at + 1]?.text, word, last)) continue;
    else break;
    length = at - from + 1;
  }
  return length > 0 ? { sign: String(total + group), length } : null;
}

const isPart = (next: string | undefined, joint: string, last: number): boolean => {
  const value = ENGLISH.get(next?.toLowerCase() ?? '');
  return value !== undefined && (joint === 'and' ? last >= 100 : last >= 20 && last < 100 && value > 0 && value < 10);
};

const DIGITS = '零一二三四五六七八九';
const CHINESE_SCALES: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };

/** 三, 十五, 二百零三, 一万二千; null for others. */
export function chineseNumber(text = ''): { sign: string; length: number } | null {
  if (text === '' || text.length > LONGEST || !/^[零〇一二两三四五六七八九十百千万亿]+$/.test(text)) return null;
  // Digit by digit, as years are written, or with their scales.
  let [total, section, digit] = [0, 0, -1];
  for (const char of text.replaceAll('〇', '零').replaceAll('两', '二')) {
    const value = DIGITS.indexOf(char);
    const scale = CHINESE_SCALES[char];
    if (value >= 0) {
      if (digit > 0) return null;
      digit = value;
    } else if (scale) {
      section += (digit > 0 ? digit : char === '十' ? 1 : 0) * scale;
      digit = -1;
    } else {
      total = (total + section + Math.max(0, digit)) * (char === '万' ? 1e4 : 1e8);
      [section, digit] = [0, -1];
    }
  }
  return { sign: String(total + section + Math.max(0, digit)), length: 1 };
}
