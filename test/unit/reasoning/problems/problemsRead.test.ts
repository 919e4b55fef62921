/** Do generated problems read like ones that a teacher would print? Each rule on a few thousand, in both languages. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Language, WordProblem } from '../../../../src/protocol/reasoning';
import { generateProblems } from '../../../../src/reasoning/problems/problems';
import { readScenes } from '../../../../src/reasoning/problems/readScenes';
import type { LanguageScenes } from '../../../../src/reasoning/problems/scene';

interface Step {
  text: string;
  sign: string;
  n: number;
  /** The join or time before it. */
  opening: string;
  /** The name or pronoun that it begins with. */
  doer: string;
}

interface Told {
  problem: WordProblem;
  start: string;
  steps: Step[];
}

const scenesOf = (language: Language): LanguageScenes =>
  readScenes(readFileSync(`src/reasoning/problems/scenes.${language}.txt`, 'utf8'));
const SCENES = { en: scenesOf('en'), zh: scenesOf('zh') };
/** Of each scale, in their order. */
const TIMES: Readonly<Record<Language, string[]>> = {
  en: [
    'at noon in the afternoon in the evening the next day',
    'in spring in summer in autumn in winter the next year',
    'in May in June in July in August in September',
    'after a minute after a few minutes after half an hour after an hour after a rest',
  ],
  zh: ['中午下午傍晚晚上第二天', '春天夏天秋天冬天第二年', '四月五月六月七月', '几分钟后半小时后'],
};

/** [problem]: 300 of each number of steps from one to eight. */
function drawn(language: Language, seed: number): Told[] {
  const { trained, names, pronouns } = SCENES[language];
  const openings = [...new Set(trained.flatMap((scene) => [...scene.joins, ...scene.times]))];
  const people = [...names, ...pronouns];
  const begins = (text: string, words: string[]): string =>
    words.find((word) => text.toLowerCase().startsWith(word.toLowerCase() + (language === 'en' ? ' ' : ''))) ?? '';
  // "After an hour there are" is the sentence's own; an opening stands before one that is whole without it.
  openings.sort((a, b) => b.length - a.length);
  return Array.from({ length: 8 }, (_, i) => generateProblems({ seed: seed + i, count: 300, steps: i + 1, language }))
    .flat()
    .map((problem) => ({
      problem,
      start: problem.question.split(language === 'en' ? /(?<=\.) / : /(?<=。)/)[0],
      steps: problem.steps.map((step) => {
        const [, text, sign, n] = /^(.*): \d+ (.) (\d+) = \d+$/.exec(step)!;
        const opening = text.startsWith('后来人数变成') ? '' : begins(text, openings);
        const rest = text.slice(opening.length).trim();
        return { text, sign, n: Number(n), opening, doer: begins(rest, people) };
      }),
    }));
}

for (const language of ['en', 'zh'] as const) {
  describe(`generated problems read like a teacher's (${language})`, () => {
    let all: Told[];
    before(() => {
      all = drawn(language, 9000);
    });

    it('say no number again before five others, and multiply or divide once', () => {
      for (const { problem, start, steps } of all) {
        const numbers = [Number(/\d+/.exec(start)![0]), ...steps.map((step) => step.n)];
        numbers.forEach((n, i) => assert.ok(!numbers.slice(Math.max(0, i - 5), i).includes(n), problem.question));
        assert.ok(steps.filter(({ sign }) => '*/'.includes(sign)).length <= 1, problem.question);
      }
    });

    it('say the same direction twice in a row only of two people, and never three times', () => {
      let twice = 0;
      for (const { problem, steps } of all) {
        steps.forEach((step, i) => {
          const last = steps[i - 1];
          if (step.sign !== last?.sign) return;
          twice++;
          assert.ok(step.doer && last.doer && step.doer !== last.doer, problem.question);
          assert.notEqual(steps[i - 2]?.sign, step.sign, problem.question);
        });
      }
      assert.ok(twice > 100, String(twice));
    });

    it('say of the beginning only first, no sentence three times, and not twice what would be another one', () => {
      const [ofTheFirst, once] =
        language === 'en'
          ? [
              / \d+ times (?:as|its)|equal pieces|grow(?: on the tree)?$/,
              /storm|frightens|mistake|Thieves|(?:gift|present)$/,
            ]
          : [/原来/, /毁了|吓走|偷走|失误|^(?!.*又).*[送寄带发传派]来/];
      let first = 0;
      let second = 0;
      for (const { problem, steps } of all) {
        const said = new Map<string, number>();
        steps.forEach(({ text, opening }, i) => {
          if (ofTheFirst.test(text)) {
            first++;
            assert.equal(i, 0, problem.question);
          }
          const kind = text.slice(opening.length).trim().replace(/\d+/, 'n');
          const times = (said.get(kind) ?? 0) + 1;
          said.set(kind, times);
          if (times > 1) second++;
          assert.ok(times <= (once.test(text) ? 1 : 2), problem.question);
        });
      }
      assert.ok(first > 50 && second > 100, `${first} ${second}`);
    });

    it('let times follow each other, once each, on one scale, and not on neighbouring steps', () => {
      let several = 0;
      for (const { problem, steps } of all) {
        steps.forEach((step, i) => assert.ok(!step.opening || !steps[i - 1]?.opening, problem.question));
        assert.ok(!SCENES[language].trained[0].joins.includes(steps[0].opening), problem.question);
        const times = steps
          .map(({ opening }) => opening)
          .filter((opening) => TIMES[language].some((scale) => opening && scale.includes(opening)));
        if (times.length > 1) several++;
        const fits = TIMES[language].some((scale) => {
          const at = times.map((time) => scale.indexOf(time));
          return at.every((place, i) => place >= 0 && (i === 0 || place > at[i - 1]));
        });
        assert.ok(fits, problem.question);
      }
      assert.ok(several > 20, String(several));
    });

    it('say he or she only of whom the sentence before began with, where it named nobody else', () => {
      const { names, pronouns } = SCENES[language];
      let said = 0;
      for (const { problem, start, steps } of all) {
        const texts = [start, ...steps.map(({ text }) => text)];
        steps.forEach((step, i) => {
          if (!pronouns.some((pronoun) => pronoun === step.doer)) return;
          said++;
          const named = names.filter((name) => new RegExp(language === 'en' ? `\\b${name}\\b` : name).test(texts[i]));
          assert.ok(named.length === 1 || (named.length === 0 && steps[i - 1].doer === step.doer), problem.question);
        });
      }
      assert.ok(said > 200, String(said));
    });

    it('count what fits the scene', () => {
      const least: [what: RegExp, least: number][] =
        language === 'en'
          ? [
              [/^(?:A shop|\w+'s shop) has (\d+)/, 20],
              [/^(?:The warehouse has|A (?:truck|lorry) starts with) (\d+)/, 20],
              [/a truck (?:brings|delivers) (\d+)/i, 20],
            ]
          : [
              [/^商店里有(\d+)|^\S{2}的商店有(\d+)/, 20],
              [/^仓库里(?:有|存着)(\d+)|^[货卡]车上(?:有|装着)(\d+)/, 20],
              [/[货卡]车(?:送来|运来|运走)(\d+)/, 20],
            ];
      for (const [what, n] of least) {
        const found = all.flatMap(({ problem, start, steps }) =>
          [start, ...steps.map(({ text }) => text)].flatMap((text) => {
            const number = what.exec(text)?.slice(1).find(Boolean);
            return number ? [{ problem, number: Number(number) }] : [];
          }),
        );
        assert.ok(found.length > 10, `${what}: ${found.length}`);
        for (const { problem, number } of found) assert.ok(number >= n, problem.question);
      }
    });

    it('hold nothing that readers found odd in earlier ones', () => {
      const odd =
        language === 'en'
          ? /hungry|tired|bored|the owner|\bthem\b|keeps one part|takes one part|jump|purse|in the morning|before noon|among 2 people|kites fly|cuts off|weigh|charge|percent|\blater\b.*\blater\b|near the end|at the stop|at dawn|in the town|the (?:box|basket) holds|farmer have|shops in|dry up|ruins|one of every|\bfans\b|followers|keeps one share|steps? on\b(?! the| \d)|steps (?:higher|lower)|foxes come|lantern|lorry|visitors|(?:grow|swim|hang|lie) \w+ the \w+ now|as a gift|the stock|\b2 times (?:as|its)/i
          : /星球|天黑|半夜|后半局|快结束|第多少|(?:室|音乐学校)又买|镇上有|农夫现在|个赞|砌|码头|它们|冰鞋|早上|老板|公斤。(?:猪|羊)|后来.*后来|奖励轮|粉丝|一共有|又长出|虫子毁|农夫卖给|到村里|温度|开始游戏|退出\d+人|的班借|([^。又]{2})[送寄带发传]来.*\1[送寄带发传]来/;
      for (const { problem } of all) assert.doesNotMatch(problem.question, odd);
    });

    it('hold nothing of the kind in the scenes that the model never saw, either', () => {
      const odd =
        language === 'en'
          ? /step in|in the bus|novels stand|one of every|guard|to it\b|new wing|\b2 times|ride off|hung up|removed|at the next stop|shelters|ride up/i
          : /到站|藏书|赠书|送去|只留|守着|战死|清理|赠送|夏天船|下一站|送出/;
      for (const unseen of [true, 'more'] as const) {
        const problems = [1, 3, 8].flatMap((steps) =>
          generateProblems({ seed: 9, count: 300, steps, language, unseen }),
        );
        for (const { question } of problems) assert.doesNotMatch(question, odd);
      }
    });

    it('put no more into a sack than it holds', () => {
      const [sack, most] = language === 'en' ? [/'s sack\./, 50] : [/的袋子里有/, 40];
      const found = all.filter(({ start }) => sack.test(start));
      assert.ok(found.length > 5, String(found.length));
      for (const { problem } of found) {
        for (const step of problem.steps) assert.ok(Number(/\d+$/.exec(step)![0]) <= most, problem.question);
      }
    });
  });
}
