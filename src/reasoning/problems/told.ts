/** What has a problem said so far: which sentences, which times, and whom would a pronoun mean? (training/problems.py: Told) */
import type { Language } from '../../protocol/reasoning';
import type { Change } from './scene';

/** Share of sentences that begin with a join or a time, where they have none of their own. */
const TIME_SHARE = 0.3;
/** Share of sentences about {a} that begin with the pronoun. */
const PRONOUN_SHARE = 0.2;
/** Of the times that are left, one of the next so many. */
const NEXT_TIMES = 4;
/** "N times as many as at first" is said of the beginning, so only as the first change. */
const OF_THE_FIRST = /原来/;
const TIMED: Readonly<Record<Language, RegExp>> = {
  en: /^(?:\{|\(|the |a |it )/,
  zh: /^(?![后最冬夏下到过开忽一两几扩进奖魔])/,
};

export class Told {
  private readonly used = new Set<string>();
  private readonly joins: string[];
  private readonly times: string[];
  private named = false;

  constructor(
    private readonly draw: <T>(list: readonly T[]) => T,
    private readonly random: () => number,
    private readonly language: Language,
    joins: readonly string[],
    times: readonly string[],
  ) {
    this.joins = [...joins];
    this.times = [...times];
  }

  /**
   * A sentence for `n` that was not said yet; where all were said, any. Null where none of these is for `n`, where all were said and
   * `once`, and where it would speak of the first quantity after a change.
   */
  choose(changes: readonly Change[], n: number, once: boolean): string | null {
    const fresh = changes.filter(({ template }) => !this.used.has(template));
    const left = (fresh.length > 0 || once ? fresh : changes).filter(
      ({ template, by }) => n <= by && (this.used.size === 0 || !OF_THE_FIRST.test(template)),
    );
    if (left.length === 0) return null;
    const { template } = this.draw(left);
    this.used.add(template);
    return template;
  }

  /** {a} is meant by a pronoun until somebody else is named. */
  hear(template: string): void {
    if (/\{(b|who)\}/.test(template)) this.named = false;
    else if (template.includes('{a}')) this.named = true;
  }

  /** The sentence, now and then with a pronoun for {a} and with a join or the next time before it. */
  vary(template: string, pronoun: string, space: string): string {
    let sentence = template;
    if (template.startsWith('{a}') && this.named && this.random() < PRONOUN_SHARE) {
      sentence = pronoun + template.slice('{a}'.length);
    }
    if (TIMED[this.language].test(template) && this.random() < TIME_SHARE) {
      const joined = this.random() < 0.5;
      const some = joined ? this.joins : this.times.slice(0, NEXT_TIMES);
      if (some.length > 0) {
        const word = this.draw(some);
        // A join is used up; a time leaves only those that come after it.
        if (joined) this.joins.splice(this.joins.indexOf(word), 1);
        else this.times.splice(0, this.times.indexOf(word) + 1);
        sentence = word + space + sentence;
      }
    }
    this.hear(template);
    return sentence;
  }
}
