/**
 * A step said in other words, by rule: its sums stay as they are, letter for letter, and so does what it means. The frame
 * "words: sum" becomes a sentence with a reason, and common verbs become others that mean the same.
 */
import type { Step } from '../../protocol/reasoning';

const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** Verbs and joins of one meaning. A word that would change the sum's sign is none. */
const ENGLISH: readonly (readonly [RegExp, string])[] = [
  [/\bbuys\b/g, 'purchases'],
  [/\bbuy\b/g, 'purchase'],
  [/\b(?:gets|receives)\b/g, 'is given'],
  [/\bgives away\b/g, 'hands out'],
  [/\bgives\b/g, 'hands'],
  [/\bloses\b/g, 'mislays'],
  [/\bfinds\b/g, 'comes upon'],
  [/\bbrings\b/g, 'carries over'],
  [/\bbring\b/g, 'carry over'],
  [/\btakes out\b/g, 'pulls out'],
  [/\bare (?:removed|taken away|taken out)\b/g, 'are pulled out'],
  [/\b(?:come|walk|step) in\b/g, 'enter'],
  [/\b(?:leave|go away|walk out)\b/g, 'depart'],
  [/\bearns\b/g, 'makes'],
  [/\bspends\b/g, 'pays out'],
  [/\bcollects more until there are (\d+) times as many\b/g, 'goes on collecting and has $1 times as many'],
  [/\bdivides\b/g, 'splits'],
  [/\bafterwards\b/gi, 'after that'],
  [/\ba little later\b/gi, 'after a while'],
];
const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/买了|买来/g, '购入'],
  [/卖掉|卖出/g, '售出'],
  [/给了|送给/g, '交给'],
  [/得到|收到/g, '获得'],
  [/丢了|弄丢/g, '遗失'],
  [/放进|装进/g, '放入'],
  [/拿出|取出/g, '取走'],
  [/走了|离开了?/g, '离去'],
  [/来了|进来/g, '到来'],
  [/吃掉|吃了/g, '吃下'],
  [/挣了/g, '赚到'],
  [/花了/g, '用掉'],
];
/** Words that are written small within a sentence; a name is not. */
const SMALL = /^(?:The|A|An|It|He|She|They|Then|Later|After|Soon|Next|Before|In|On|At|One|Two|By|With|For)\b/;

/** The step's text in other words. null: beside its sums it has no words, or none for which there is another. */
export function paraphrased({ text, equations }: Step): string | null {
  const first = equations.at(0);
  const { length } = text.slice(0, first?.start ?? text.length).trimEnd();
  const isFramed = first !== undefined && /[:：]$/.test(text.slice(0, length));
  const swaps = isChinese(text) ? CHINESE : ENGLISH;
  const inOthers = (words: string): string => swaps.reduce((said, [word, other]) => said.replace(word, other), words);
  if (!isFramed) {
    let said = '';
    let at = 0;
    for (const { start, end } of equations) {
      said += inOthers(text.slice(at, start)) + text.slice(start, end);
      at = end;
    }
    said += inOthers(text.slice(at));
    return said === text ? null : said;
  }
  const words = inOthers(text.slice(0, length - 1).trimEnd());
  if (words === '') return null;
  const rest = text.slice(first.start);
  if (isChinese(text)) return `因为${words}，所以是${rest}`;
  const small = SMALL.test(words) ? words[0].toLowerCase() + words.slice(1) : words;
  return `Since ${small}, there are now ${rest}`;
}
