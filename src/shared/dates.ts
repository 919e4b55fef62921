/** Which day does a text name? Dates as they are written in English, in Chinese and in figures. */

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH = String.raw`(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`;
const DAY = String.raw`\d{1,2}(?:st|nd|rd|th)?`;
const YEAR_FIRST = String.raw`\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})`;
const YEAR_LAST = String.raw`\d{1,2}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{4}`;
const HAN = String.raw`\d{4}年\d{1,2}月\d{1,2}[日号]`;
const NAMED = String.raw`${MONTH} ${DAY},? \d{4}|${DAY} (?:of )?${MONTH},? \d{4}`;

/** A whole date within a text; with a clock's time, neither of which is a number. */
export const DATE_OR_TIME = new RegExp(
  String.raw`(?<![a-z\d./-])(?:${YEAR_FIRST}|${YEAR_LAST}|${HAN}|${NAMED}|\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?)(?![\d/]|[.:-]\d)`,
  'giu',
);

interface Day {
  /** "2024-3-15"; "-3-15" where no year is said. */
  day: string;
  /** Where both orders could be meant, which of them it is. */
  order?: 'day first' | 'month first';
}

const WEEKDAY = /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s|星期[一二三四五六日天]，?)/i;
const FORMS: readonly [form: RegExp, days: (...parts: string[]) => (Day | null)[]][] = [
  [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, (year, month, day) => [dayOf(year, month, day)]],
  [/^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]$/, (year, month, day) => [dayOf(year, month, day)]],
  [/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, (day, month, year) => [dayOf(year, month, day)]],
  [
    /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/,
    (one, two, year) => [dayOf(year, two, one, 'day first'), dayOf(year, one, two, 'month first')],
  ],
  [
    new RegExp(`^(${MONTH}) (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?$`, 'i'),
    (month, day, year) => [dayOf(year, numberOf(month), day)],
  ],
  [
    new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)? (?:of )?(${MONTH})(?:,? (\\d{4}))?$`, 'i'),
    (day, month, year) => [dayOf(year, numberOf(month), day)],
  ],
];
/** Longer than any date. */
const LONGEST = 48;

const numberOf = (month: string): string => String(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1);

function dayOf(year: string | undefined, month: string, day: string, order?: Day['order']): Day | null {
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? { day: `${year ?? ''}-${m}-${d}`, order } : null;
}

/** The days that a text may mean which is nothing but a date; none where it is none. */
export function daysOf(text: string): Day[] {
  if (text.length > LONGEST) return [];
  const bare = text.trim().replace(WEEKDAY, '');
  for (const [form, days] of FORMS) {
    const parts = form.exec(bare)?.slice(1);
    if (!parts) continue;
    const possible = days(...parts).filter((day) => day !== null);
    // Where one order is no date, it is the other.
    return possible.length === 1 ? [{ day: possible[0].day }] : possible;
  }
  return [];
}

/** Whether two dates may mean the same day. What could be read either way is read one way in both. */
export const isSameDay = (one: readonly Day[], other: readonly Day[]): boolean =>
  one.some((a) => other.some((b) => a.day === b.day && (!a.order || !b.order || a.order === b.order)));
