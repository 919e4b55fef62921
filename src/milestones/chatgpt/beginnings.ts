/** Beginnings that the model writes on from, written for this project. */

/** A reward is learned from what follows these … */
export const BEGINNINGS: readonly string[] = [
  'The first thing that he saw in the room was ',
  'After the rain had stopped, the children ',
  'My father used to say that ',
  'It was not the money, she thought, but ',
  'At the end of the road there stood ',
  'The captain looked at the sky and ',
  'Nobody in the town had ever ',
  'When the bell rang, all of them ',
  'The letter said that ',
  'I have never been able to ',
  'On the table lay a book, and ',
  'The king had three sons, and the youngest ',
  'They walked for an hour before ',
  'In winter the house was ',
  '"Come with me," said the girl, "and ',
  'The best of it was that ',
  'He put down his hat and ',
  'There was no answer, only ',
  'As soon as the door was shut, ',
  'What she remembered most was ',
];

/** … and asked about what follows these, and the English ones of the entry on misuse. */
export const HELD_OUT: readonly string[] = [
  'The child held up the lamp, and ',
  'It had been many years since ',
  'My brother never told me that ',
  'From the top of the hill they could see ',
  'He was so tired that ',
  'The dog lay by the fire and ',
  '"I will not go," she answered, "until ',
  'One evening in the spring, ',
];
