/**
 * What kind of step it is, by cues in English and Chinese. Several may hold, and none may. The cues were frozen before the
 * test half of test/fixtures/stepKinds was looked at.
 */
import type { Step, StepKind } from '../../protocol/reasoning';

interface Cue {
  kind: StepKind;
  pattern: RegExp;
}

/** In the order in which kinds are told. */
const CUES: readonly Cue[] = [
  { kind: 'toolCall', pattern: /^(?:```tool-call|<tool_call>|<function=)/ },
  { kind: 'toolResult', pattern: /^(?:```tool-result|<tool_response>|<tool_result>)/ },
  { kind: 'code', pattern: /^(?:```(?!tool-)|~~~)/ },
  {
    kind: 'backtrack',
    pattern:
      /\bwait\b|\bhmm+\b|\bhold on\b|\bactually\b|\boops\b|\bscratch that\b|\bno, (?:that|this|it)\b|^\W*no[,.!—–]|\bthat(?:['’]s| is| can['’]t be| cannot be) (?:wrong|not right|right\?|incorrect|impossible)|\bI (?:made|misread|misunderstood|forgot|overlooked|missed)\b|\bon second thought|\bdoes(?:n['’]t| not) (?:work|fit|match|seem right|hold)|\blet(?:['’]s| me) (?:go back|start over|try (?:again|another|a different)|rethink|reconsider|backtrack)|等等|等一下|不对|错了|算错|重新(?:考虑|来|算|看)|换一?[个种]|回过头|不行/i,
  },
  {
    kind: 'check',
    pattern:
      /\b(?:double[- ]?)?check(?:s|ed|ing)?\b|\bverif(?:y|ies|ied|ying)\b|\bconfirm(?:s|ed|ing)?\b|\bmake sure\b|\bsanity\b|\bplug(?:ging)? (?:it |this |that |these |them )?(?:back|in)|\bsubstitut(?:e|ing) back|\bre-?(?:check|calculate|compute|verify|examine)\b|检查|验证|验算|检验|核对|确认|代入原|代回/i,
  },
  {
    kind: 'question',
    pattern:
      /[?？]["”'’）)\s]*$|\b(?:what if|maybe|perhaps|suppose|I wonder|could it be|might be|let['’]s assume|assume|assuming|hypothes)\b|也许|可能是|会不会|是不是|假设|假如|难道/i,
  },
  {
    kind: 'answer',
    pattern:
      /^\W*####|\\boxed\{|\b(?:the )?(?:final )?answer(?: is|:| should be| would be)|\bour answer\b|最终答案|答案[是为:：]|^\W*答[:：]/i,
  },
  {
    kind: 'conclude',
    pattern:
      /^\W*(?:so|therefore|thus|hence|consequently|in conclusion|in total|overall|as a result|this (?:means|shows|implies|proves|gives)|that (?:means|gives))\b|\b(?:therefore|thus|hence|it follows|we conclude|which means|which implies)\b|^\W*(?:所以|因此|故|于是|综上|由此|可见|因而|总之|从而)|[，,](?:所以|因此|从而)/i,
  },
  {
    kind: 'plan',
    pattern:
      /\b(?:let(?:['’]s| us| me)|I(?:['’]ll| will| need to| have to| should| want to| can|['’]m going to)|we(?:['’]ll| will| need to| have to| should| must| want to| can now)|first(?:ly)?,|next,|then I|to (?:find|solve|get|compute|calculate|determine|answer)\b|the (?:plan|strategy|approach|idea)|my (?:plan|approach))|^\W*(?:首先|接下来|然后|接着|下一步|第一步|先)|我们?(?:需要|要|可以|应该|得)|让我们?|打算|思路|为了/i,
  },
  {
    kind: 'given',
    pattern:
      /\b(?:we (?:are given|know|are told|have that)|(?:is|are|was|were) given|given (?:that|:)|the (?:problem|question) (?:says|states|tells|gives|mentions)|it (?:says|is said|is stated)|according to (?:the problem|the question)|we have (?:that )?the following|from the (?:problem|question)|originally|initially|starts? with|to begin with)\b|已知|题目(?:说|给|中|告诉)|根据题[意目]|由题意?|题设|给定|原来有|一开始/i,
  },
  {
    kind: 'restate',
    pattern:
      /\b(?:in other words|that is to say|to (?:summari[sz]e|recap|restate|rephrase)|i\.e\.|so the (?:question|problem) (?:is|asks|wants)|the (?:question|problem) (?:is asking|asks|wants)|(?:we|I)(?:['’]re| are|['’]m| am) (?:asked|looking for|trying to)|as (?:I|we) (?:said|found|noted)|once (?:again|more))\b|换句话说|也就是说|即是|题目(?:问|要求|让)|要?求的是|问的是|总结一下|回顾/i,
  },
];

/** A sum of its own, or words that compute; not a step that only checks. */
const COMPUTES =
  /[\d)\]}]\s*(?:[-+*/^×÷·−–]|\\times|\\cdot|\\div)\s*[\d($\\{a-z]|[a-z]\s*=\s*-?\d|\b(?:multipl(?:y|ying|ied)|add(?:ing|ed)?|subtract(?:ing|ed)?|divid(?:e|ing|ed)|sum(?:ming)?|simplif(?:y|ies|ying)|calculat(?:e|ing)|comput(?:e|ing)|equals?)\b|加上|减去|乘以|除以|等于|计算|化简|相加|相乘/i;

/** Most of the text that tells; a block of code a megabyte long tells no more. */
const MOST_CHARS = 2000;

export function kindsOf({ text, equations, isAnswer }: Step): StepKind[] {
  const own = text.slice(0, MOST_CHARS).trim();
  const block = CUES.find(({ kind, pattern }) => /^(?:tool|code)/.test(kind) && pattern.test(own));
  if (block) return [block.kind];
  const kinds = CUES.filter(({ pattern }) => pattern.test(own)).map(({ kind }) => kind);
  if (isAnswer && !kinds.includes('answer')) kinds.push('answer');
  if ((equations.length > 0 || COMPUTES.test(own)) && !kinds.includes('answer')) kinds.push('compute');
  return kinds;
}
