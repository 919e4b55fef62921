/** Claims that were once told more badly, or judged by a worse source, than the retellings deserve: they stay as they are told. */
import assert from 'node:assert/strict';
import { CLAIMS, type Claim, type Verdict } from '../../../../src/shared/history/claims';

interface Fair {
  verdict: Verdict;
  /** In the telling, English and Chinese: what a strawman leaves out, or what an easier claim would say. */
  told: readonly [RegExp, RegExp];
  /** In what the source says, or in its citation; none where there is no source to be read. */
  weighed?: RegExp;
}

const FAIR: Readonly<Record<string, Fair>> = {
  'misinformation-the-risk': { verdict: 'holds', told: [/for example/, /例如/], weighed: /Told as an example/ },
  'medicine-education-science': { verdict: 'opinion', told: [/^AI will have a great influence on/, /大变/] },
  'robots-bubble': { verdict: 'opinion', told: [/^The bubble is too high\.$/, /^泡沫太高。$/] },
  'robots-separate-pipelines': { verdict: 'cannot-be-checked', told: [/^Most .*traditional way/, /大多.*传统路线/] },
  'five-turns-demo': {
    verdict: 'cannot-be-checked',
    told: [/needed five turns/, /要聊满五轮才肯往下走/],
    weighed: /number of turns is not in what we read/,
  },
  'vectors-first-understanding': {
    verdict: 'wrong',
    told: [/not truly, but they could calculate/, /虽非真懂/],
    weighed: /takes “understand” back/,
  },
  'serving-sum-doubles-fleet': {
    verdict: 'holds',
    told: [/double its computers/, /增加一倍/],
    weighed: /projection of 2013/,
  },
  'one-hot-unrelated': {
    verdict: 'partly',
    told: [/isolated symbol/, /孤立的符号/],
    weighed: /no notion of similarity/,
  },
  'one-word-one-vector': {
    verdict: 'wrong',
    told: [/all it had read into one vector/, /读到什么都得压进同一个向量/],
    weighed: /1409\.0473/,
  },
  'ten-to-hundred-times-less': {
    verdict: 'partly',
    told: [/10 to 100 times/, /十分之一到百分之一/],
    weighed: /a third to a fiftieth/,
  },
  'ten-times-fewer-parameters': {
    verdict: 'cannot-be-checked',
    told: [/ten times/, /十分之一/],
    weighed: /Kaplan.*2001\.08361/s,
  },
  'eight-times-cheaper': { verdict: 'partly', told: [/eight times/, /八分之一/], weighed: /1701\.06538/ },
  'every-large-model-is-one': {
    verdict: 'wrong',
    told: [/^Every large model/, /^凡是大模型/],
    weighed: /Jamba.*94 billion/s,
  },
  'one-to-five-percent-active': { verdict: 'partly', told: [/1 to 5 %/, /1% 到 5%/], weighed: /DeepSeek-V3.*Kimi K2/s },
  'olympiad-gemini-25-pro': { verdict: 'partly', told: [/Gemini 2\.5 Pro/, /Gemini 2\.5 Pro/], weighed: /2507\.15855/ },
  'fifteen-percent': {
    verdict: 'partly',
    told: [/15 % of middle-school/, /15% 的初中题/],
    weighed: /LaMDA.*14\.3.*PaLM/s,
  },
  'translation-12-hours': {
    verdict: 'partly',
    told: [/12 hours down to 100 ms/, /12 小时缩短到 100 毫秒/],
    weighed: /account of 2012/,
  },
  'what-in-2026': { verdict: 'opinion', told: [/^Nobody knows.*perhaps/, /没人知道.*也许/] },
  'pledge-to-weigh': {
    verdict: 'opinion',
    told: [/as much benefit as possible, as little harm/, /好处尽量大，坏处尽量小/],
  },
};

/** Of the talk that the first retelling retells, or of the person whose memory it is: what the told words can be set beside. */
const SAID = [
  'cat-by-itself',
  'cat-fifty-times-larger',
  'king-man-woman',
  'low-precision-enough',
  'tpu-15-30-times',
  'tpu-30-80-per-watt',
  'serving-sum-doubles-fleet',
  'eight-times-cheaper',
  'keep-states-and-attend',
  'ten-to-hundred-times-less',
  'ten-times-fewer-parameters',
  'translation-12-hours',
];

const claimOf = (id: string): Claim => {
  const claim = CLAIMS.find((each) => each.id === id);
  assert.ok(claim, id);
  return claim;
};

describe('claims are judged as they were told', () => {
  for (const [id, { verdict, told, weighed }] of Object.entries(FAIR)) {
    it(id, () => {
      const { text, source, citation, read, ...claim } = claimOf(id);
      assert.equal(claim.verdict, verdict);
      assert.match(text.en, told[0]);
      assert.match(text.zh, told[1]);
      assert.ok(source);
      if (!weighed) return;
      assert.ok(citation && read && read !== 'memory', 'a source that was read');
      assert.match([source.en, citation.authors, citation.link].join('\n'), weighed);
    });
  }

  for (const id of SAID) {
    it(`${id}: what is told, what was said and what the source says can stand side by side`, () => {
      const { said, source, citation, read } = claimOf(id);
      assert.ok(said && said.read !== 'memory');
      assert.ok(source && citation && read !== 'memory');
      assert.notEqual(said.en, source.en);
    });
  }
});
