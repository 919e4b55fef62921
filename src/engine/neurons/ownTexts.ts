/** Texts that every model may be run on: beginnings of this project's files, which are in nobody's training data of ours. */
import texts from 'texts:src/engine/neurons/texts.json';

/** Prose in English and Chinese, TypeScript, Python, CSS and JSON in turn, so that both halves have some of each. */
export const ownTexts: readonly { name: string; text: string }[] = texts;
