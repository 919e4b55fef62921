/** Analogies of our own, in words that novels of the nineteenth century use: pairs of one relation, each against each. */

export interface Section {
  /** English; translated in webview/milestones/word2vec/strings.zh-cn.json. */
  name: string;
  /** [from, to]: every two pairs make two questions. */
  pairs: readonly (readonly [string, string])[];
}

const section = (name: string, pairs: string): Section => ({
  name,
  pairs: pairs.split(', ').map((pair) => pair.split(' ') as [string, string]),
});

export const SECTIONS: readonly Section[] = [
  section(
    'man and woman',
    'man woman, king queen, prince princess, father mother, brother sister, husband wife, son daughter, uncle aunt, boy girl, gentleman lady, duke duchess, nephew niece, he she, his her, himself herself, god goddess, mr mrs, host hostess',
  ),
  section(
    'country and people',
    'england english, france french, spain spanish, germany german, italy italian, greece greek, rome roman, russia russian, scotland scottish, ireland irish, india indian, america american, egypt egyptian, troy trojan',
  ),
  section(
    'country and capital',
    'england london, france paris, russia moscow, italy rome, greece athens, egypt cairo, scotland edinburgh, ireland dublin, germany berlin, spain madrid, austria vienna',
  ),
  section(
    'number and ordinal',
    'two second, three third, four fourth, five fifth, six sixth, seven seventh, eight eighth, nine ninth, ten tenth',
  ),
  section(
    'comparative',
    'great greater, large larger, small smaller, long longer, short shorter, high higher, low lower, strong stronger, weak weaker, old older, young younger, good better, bad worse, bright brighter, deep deeper',
  ),
  section(
    'past tense',
    'go went, see saw, come came, take took, give gave, know knew, think thought, speak spoke, find found, make made, run ran, fall fell, begin began, write wrote, stand stood',
  ),
  section(
    'plural',
    'eye eyes, hand hands, horse horses, tree trees, ship ships, king kings, man men, woman women, child children, friend friends, word words, year years, letter letters, foot feet, tooth teeth',
  ),
  section(
    'adjective and adverb',
    'quiet quietly, slow slowly, sudden suddenly, bitter bitterly, gentle gently, happy happily, silent silently, rapid rapidly, calm calmly, eager eagerly, perfect perfectly, deep deeply, proud proudly, warm warmly',
  ),
  section(
    'opposites',
    'happy unhappy, known unknown, possible impossible, patient impatient, certain uncertain, honest dishonest, agreeable disagreeable, pleasant unpleasant, able unable, perfect imperfect, natural unnatural, kind unkind',
  ),
];
