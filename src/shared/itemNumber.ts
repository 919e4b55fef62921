/** What begins a step of a written list, and the number that it gives itself. */

/** "1. ", "(2) ", "③", "Step 4:", "第五步", also as a Markdown heading, as a point of a list, or in bold. */
export const ITEM =
  /^[ \t]*(?:#{1,6}[ \t]+)?(?:[-*+•][ \t]+)?(?:\*\*|__)?(?:(?:step|schritt|étape|paso)\s*(\d+)(?!\d)|第\s*([\d一二三四五六七八九十]+)\s*步|步骤\s*(\d+)(?!\d)|([①-⑳])|\(?(\d{1,3})[.)、．](?=\D))/iu;

/** Whether a step says of itself that it is the one of that number (from 1): there it is not numbered a second time. */
export function saysNumber(text: string, number: number): boolean {
  const [, ...marks] = ITEM.exec(text) ?? [];
  const mark = marks.find((one) => one !== undefined);
  if (mark === undefined) return false;
  if (/^\d+$/.test(mark)) return Number(mark) === number;
  const [circled, words] = ['①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳', '一二三四五六七八九十'];
  return circled.indexOf(mark) === number - 1 || (mark.length === 1 && words.indexOf(mark) === number - 1);
}
