/**
 * What may a problem say next, so that the whole reads like one that a teacher would print? (training/problems.py: Told)
 * It knows which sentences, numbers and times were said, who did what last, and whom a pronoun would mean.
 */
import type { Language } from '../../protocol/reasoning';
import type { Change, Operation, Scene } from './scene';

/** Share of sentences that begin with a join or a time, where they may. */
const TIME_SHARE = 0.3;
/** Share of sentences about {a} that begin with the pronoun, where it can mean nobody else. */
const PRONOUN_SHARE = 0.3;
/** A number is not said again before so many others. */
const NUMBERS_APART = 5;
/** More of the same in a row is a list, not a story. */
const SAME_IN_A_ROW = 2;
/** No sentence is said more often. */
const OFTEN = 2;
/** Said of the beginning, so only as the first change: "N times as many", a rope that is cut, what grows. */
const OF_THE_FIRST = /原来|\{n\} times |equal pieces|\{x\} grow/;
/** A second one would be "another" storm, or be sent 又. */
const ONCE = {
  en: /^at the |storm|flood|noise|\(dog|hares|birds|mistake|truck|thieves|painter|present|gift|class|bad |broken|sick|empty|run away| die$| there$/i,
  zh: /^到|^[^又]*(?:[送寄带发传派]来|得到|挣)|^\{b\}给|赠|班上|送给|寄给|借走|牺牲|在那里买|毁了|吓走|偷走|风吹|跑掉|失误|坏了|死了/,
} satisfies Record<Language, RegExp>;
/** A sentence with no time or place of its own at its beginning; only such a one may be given a join or a time. */
const PLAIN: Readonly<Record<Language, RegExp>> = {
  en: /^(?:\{|\(|the |a |it )/,
  zh: /^(?![后下到一几扩进魔])/,
};

interface Said {
  operation: Operation;
  template: string;
}

const grows = (operation: Operation): boolean => operation === 'add' || operation === 'mul';
const scales = (operation: Operation): boolean => operation === 'mul' || operation === 'div';
/** Who does it: a person of the scene, or nobody who is named. */
const doer = (template: string): string => /^\{[ab]\}/.exec(template)?.[0] ?? '';

export class Told {
  /** How often each sentence was said. */
  private readonly used = new Map<string, number>();
  private readonly numbers: number[] = [];
  private readonly said: Said[] = [];
  private readonly times: string[];
  private joins: string[];
  /** Everything happens to what {a} has: then {a} may gain and lose in turn; anybody else would undo what they did. */
  private readonly isHolder: boolean;
  private isNamed: boolean;
  /** The last sentence began with a time or a place, or was given a join or a time; and: any was given one. */
  private wasOpened = false;
  private wasGiven = false;

  constructor(
    private readonly draw: <T>(list: readonly T[]) => T,
    private readonly random: () => number,
    private readonly language: Language,
    scene: Scene,
    start: string,
    value: number,
  ) {
    this.times = [...scene.times];
    this.joins = [...scene.joins];
    this.isHolder = scene.start.every((each) => each.includes('{a}'));
    this.isNamed = start.includes('{a}');
    this.numbers.push(value);
  }

  /** Null where nothing fits `n` here. A sentence that was not said yet, while there is one; never the last one's again. */
  choose(operation: Operation, changes: readonly Change[], n: number): string | null {
    if (this.numbers.slice(-NUMBERS_APART).includes(n)) return null;
    if (scales(operation) && this.said.some((each) => scales(each.operation))) return null;
    const fitting = changes.filter(
      ({ template, least, by }) => least <= n && n <= by && this.mayFollow(operation, template),
    );
    const fresh = fitting.filter(({ template }) => !this.used.has(template));
    if (fitting.length === 0) return null;
    return this.draw(fresh.length > 0 ? fresh : fitting).template;
  }

  private mayFollow(operation: Operation, template: string): boolean {
    // A time of its own may be earlier, or of another scale, than the one that was said; or say "later" again.
    if (this.wasGiven && !PLAIN[this.language].test(template)) return false;
    const last = this.said.at(-1);
    if (!last) return true;
    if (OF_THE_FIRST.test(template)) return false;
    if ((this.used.get(template) ?? 0) >= (ONCE[this.language].test(template) ? 1 : OFTEN)) return false;
    // "Tom adds 3. Ann adds 5", but not "3 come. 5 come", nor "Tom gets more until he has twice as many. Tom gets 5".
    const [who, whoLast] = [doer(template), doer(last.template)];
    if (operation === last.operation && (who === '' || whoLast === '')) return false;
    if (grows(operation) === grows(last.operation) && who !== '' && who === whoLast) return false;
    const row = this.said.slice(-SAME_IN_A_ROW);
    if (row.length === SAME_IN_A_ROW && row.every((each) => each.operation === operation)) return false;
    // Nobody but who has it acts twice in a row, or gives here and takes there.
    return (this.isHolder ? ['{b}'] : ['{a}', '{b}']).every(
      (person) =>
        !template.includes(person) ||
        (!last.template.includes(person) &&
          this.said.every((each) => !each.template.includes(person) || each.operation === operation)),
    );
  }

  /** The sentence that is said, now and then with a pronoun for {a} and with a join or the next time before it. */
  say(operation: Operation, template: string, n: number, pronoun: string, space: string): string {
    const isPlain = PLAIN[this.language].test(template);
    let sentence = template;
    if (template.startsWith('{a}') && this.isNamed && this.random() < PRONOUN_SHARE) {
      sentence = pronoun + template.slice('{a}'.length);
    }
    const opening = isPlain && !this.wasOpened && this.random() < TIME_SHARE ? this.opening(operation) : null;
    if (opening) sentence = opening + space + sentence;
    this.wasGiven ||= opening !== null;
    this.wasOpened = !isPlain || opening !== null;
    if (!isPlain) this.times.length = 0;
    // "Some years later" is no more followed by "later" than "later" is.
    this.joins = this.joins.filter((join) => !template.includes(join));
    // Not where somebody gives it to {a}: that one might be meant.
    this.isNamed = template.startsWith('{a}') && !template.includes('{b}');
    this.used.set(template, (this.used.get(template) ?? 0) + 1);
    this.numbers.push(n);
    this.said.push({ operation, template });
    return sentence;
  }

  /** A join is used up; a time leaves only those that come after it. Nothing comes "then" before anything has happened. */
  private opening(operation: Operation): string | null {
    const isJoin = this.random() < 0.5;
    const list = isJoin ? this.joins : this.times;
    // Nobody collects five times as much in an afternoon.
    if (list.length === 0 || (isJoin ? this.said.length === 0 : scales(operation))) return null;
    const word = this.draw(isJoin ? list : list.slice(0, 2));
    if (isJoin) list.splice(list.indexOf(word), 1);
    else list.splice(0, list.indexOf(word) + 1);
    return word;
  }
}
