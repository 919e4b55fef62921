/** A model's chat template, filled in for every way in which a question is put: what it says does not depend on the question. */
import { Template } from '@huggingface/jinja';
import type { Language } from '../../protocol/reasoning';
import { instruction } from './chatInstructions';
import { WORKED_EXAMPLES, workedSolution } from './workedExamples';

export interface ChatTemplate {
  template: string;
  /** Spellings that templates ask for. */
  bosToken: string;
  eosToken: string;
  /** Worked examples as earlier turns. */
  withExamples?: boolean;
}

/** What the template makes of one message of a user, with `PLACE` for the question. */
export type FilledTemplate = Readonly<Record<Language, Readonly<Record<'steps' | 'direct', string>>>>;

/** Stands for the question: where it comes out is the person's text, whatever is in it. */
export const PLACE = '\uE000';

/** Throws where it cannot be followed: it is in no language of ours, or does not pass on what is said. */
export function fillTemplate({ template, bosToken, eosToken, withExamples = false }: ChatTemplate): FilledTemplate {
  const parsed = new Template(template);
  const filled = (language: Language, withSteps: boolean): string => {
    const asked = (question: string): string => `${question}\n\n${instruction(language, withSteps)}`;
    const turns = WORKED_EXAMPLES[language].flatMap((example) => [
      { role: 'user', content: asked(example.question) },
      { role: 'assistant', content: workedSolution(example, withSteps) },
    ]);
    const text: unknown = parsed.render({
      messages: [...(withExamples ? turns : []), { role: 'user', content: asked(PLACE) }],
      add_generation_prompt: true,
      // Templates of thinking models open their own thought otherwise; ours is asked for in the message.
      enable_thinking: false,
      bos_token: bosToken,
      eos_token: eosToken,
    });
    if (typeof text !== 'string' || !text.includes(PLACE)) throw new Error('The template leaves out what is said.');
    return text;
  };
  const both = (language: Language) => ({ steps: filled(language, true), direct: filled(language, false) });
  return { en: both('en'), zh: both('zh') };
}
