/** Ends a chain of thought: what follows is the answer, and nothing else. */
export const ANSWER_MARK = '####';
