/** What is said to a model that is talked to: through its chat template, by a server, or by VS Code. */
import type { Language } from '../../protocol/reasoning';

export function languageOf(question: string): Language {
  return /\p{Script=Han}/u.test(question) ? 'zh' : 'en';
}

const INSTRUCTIONS: Readonly<Record<Language, { steps: string; direct: string }>> = {
  en: {
    steps: 'Think step by step, one short step per line. End with a line “#### ” and the final number alone.',
    direct: 'Answer at once, without any steps: write “#### ” and the final number alone.',
  },
  zh: {
    steps: '请一步一步思考，每行写一个简短的步骤。最后一行写“#### ”和最终的数字。',
    direct: '请直接回答，不要写步骤：只写“#### ”和最终的数字。',
  },
};

/** What is wanted of the answer. */
export function instruction(language: Language, withSteps: boolean): string {
  return INSTRUCTIONS[language][withSteps ? 'steps' : 'direct'];
}

/** The question with what is wanted of the answer, for models that are talked to. */
export function instructedQuestion(question: string, withSteps: boolean): string {
  return `${question}\n\n${instruction(languageOf(question), withSteps)}`;
}
