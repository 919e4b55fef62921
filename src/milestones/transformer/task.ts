/**
 * A small language task: "Ann has the pen. Bob has the cup. … What does Ann have?" Each statement and each question is one
 * position, so that only remembering is asked for, not grammar.
 */
export const NAMES =
  'Ada Ben Cleo Dan Eva Finn Gus Hana Ida Jon Kim Leo Mia Ned Ola Pia Quin Ria Sam Tess Uma Vic Wes Zoe'.split(' ');
export const THINGS =
  'apple ball book boat bell coin cup drum egg flag hat key kite lamp map nut pen pin ring rope seed star tree wheel'.split(
    ' ',
  );
/** In the place of a thing: a question. */
export const ASKED = THINGS.length;
export const QUESTIONS = 4;

export interface Texts {
  /** [texts][statements + questions] */
  name: Int32Array<ArrayBuffer>;
  thing: Int32Array<ArrayBuffer>;
  /** [texts][questions] */
  answer: Int32Array<ArrayBuffer>;
}

/** Names of one text differ; things may repeat. */
export function drawTexts(texts: number, statements: number, random: () => number): Texts {
  const length = statements + QUESTIONS;
  const name = new Int32Array(texts * length);
  const thing = new Int32Array(texts * length);
  const answer = new Int32Array(texts * QUESTIONS);
  const names = [...NAMES.keys()];
  for (let text = 0; text < texts; text++) {
    const start = text * length;
    for (let at = 0; at < statements; at++) {
      const other = at + Math.floor(random() * (names.length - at));
      [names[at], names[other]] = [names[other], names[at]];
      name[start + at] = names[at];
      thing[start + at] = Math.floor(random() * THINGS.length);
    }
    for (let question = 0; question < QUESTIONS; question++) {
      const asked = Math.floor(random() * statements);
      name[start + statements + question] = name[start + asked];
      thing[start + statements + question] = ASKED;
      answer[text * QUESTIONS + question] = thing[start + asked];
    }
  }
  return { name, thing, answer };
}
