/**
 * Where a sum with units that seems wrong may be right in what it means, or be a piece of more. What stands right before its
 * first amount and right behind its last must be known to leave them as they are; everything else is a doubt.
 */
import { subtract, toNumber, type Rational } from '../../shared/rational';
import { isOpenBefore, tellsRemainder } from './doubts';

export interface Unit {
  /** What it is of; currencies are kinds of their own. */
  kind: string;
  factor: string;
}

/** "3元" of 3元5角. */
export interface Part {
  number: string;
  word: string;
  units: readonly Unit[];
  /** "3m" may be three times m. */
  isGlued: boolean;
  start: number;
}

export interface Amount {
  start: number;
  end: number;
  parts: Part[];
}

/** What stands beside a sum in its line, and the line above. */
export interface Beside {
  before: string;
  after: string;
  above: string;
}

/** Marks that begin a line and say nothing of what follows; a bullet is no minus. */
const BEGINS = /^[\s>#|]*(?:[-*•]\s+|\(?(?:\d{1,3}|[a-z])[.)、]\s*)?[\s*_|]*$/i;
/** Before an amount: a sentence's end, a label ("Step 2:", not "3 laps:"), a sign or a word that leads to the whole sum. */
const OPENS =
  /(?:(?<!\d)\.|[;!?=＝。；！？(（|]|(?<!\d\s?\p{L}{1,12}\s?)[:：]|\b(?:is|was|so|thus|hence|therefore|takes|took|lasts|lasted|makes|gives|get|gets|got)\b,?|(?:^|[.;:!?])\s*(?:then|now|next|first|finally|altogether)\b,?|(?:所以|因此|于是|那么|[即共是为得])[，：]?)(?:\*\*|__|\s){0,4}$/iu;
/** Of many things, or a part of one: what is said of each is no sum of all. */
const OF_MANY =
  /(?:\b(?:each|every|per|times|half|twice|thrice|double|triple|thirds?|quarters?)\b|[每各倍半])[^.,;!?=。，；！？＝]*$/i;
/** A line that goes on in the next one, and one that may where it claims nothing. */
const GOES_ON =
  /(?:[-+*/×÷−=＝^(（,，、·@]|\b(?:x|and|or|of|by|at|for|from|than|with|plus|minus|an?|times|half|twice|each|every)|[和与加减乘除每各半])\s*$/i;
const ENDS_IN_AMOUNT =
  /(?:\d\s?|[一二两三四五六七八九十]|\b(?:an hour|(?:one|two|three|four|five|six|seven|eight|nine|ten)[\s-]))(?:个?\p{L}{1,8})?\s*$/iu;
const IS_TITLE = /^[\s*]*(?:#|step \d+$)/i;
const IS_ITEM = /^\s*[-*•]\s/;
/** Behind an amount. A clause that follows has no number, or concludes. */
const CLOSES =
  /^(?:\*\*|__|\s){0,4}(?:$|[.;!?=＝)|。；！？）]|[,，]\s*(?:(?:so|thus|hence|which|but)\b|所以|因此|于是|[^\d.,;!?。，；！？]*(?:$|[.,;!?。，；！？]))|(?:long|wide|tall|high|deep|away|(?:in )?total|in all|altogether|together)\b|[长宽高深重])/i;
/** Where it may have been cut to whole ones: nothing that is left is told behind it. */
const CLOSES_ALL = /^(?:\*\*|__|\s){0,4}(?:$|[.!?。！？](?!\s*\d)|[)|）])/;
const IS_ROUGH =
  /\b(?:about|around|roughly|approx\w*|almost|nearly|ca|round(?:ed|ing)|rounds? (?:up|down|to)|nearest|estimate\w*|or so)\b|[约近≈~～]|左右|大概|四舍五入/i;
/** A working day has eight hours and a working week five days. */
const SOFT = /^(?:days?|weeks?|天)$/i;
/** 分 beside 元 alone may be points. */
const areCoins = (parts: readonly Part[]): boolean =>
  !parts.some(({ word }) => word === '分') || parts.some(({ word }) => /[角毛]/.test(word));
/** Where a unit may be worth what a rule says. */
const BY_RULE = /\b(?:map|scale|exchange|rates?|rules?|teaching|lessons?)\b|比例|地图|汇率|规则|积分|课时/i;
/** A conversion that is farther off than this is none: one centimetre of a map is five kilometres. */
const FARTHEST = 3;

/** Whether what begins behind `before` is a piece of more. */
export const isOpen = (before: string): boolean => !BEGINS.test(before) && !OPENS.test(before) && isOpenBefore(before);

/** Of a wrong one; the values are in the claim's last unit. */
export function mayBeMeant(
  beside: Beside,
  terms: readonly Amount[],
  claim: Amount,
  kind: string,
  stated: Rational,
  computed: Rational,
): boolean {
  const { before, after } = beside;
  const parts = [...terms, claim].flatMap((amount) => amount.parts);
  if (!isSurelyBegun(beside) || !CLOSES.test(after)) return true;
  if (parts.some(({ word }) => SOFT.test(word)) || isAlgebra(terms, claim, kind)) return true;
  if ((kind === '元' && !areCoins(parts)) || (terms.length === 1 && unitsIn(terms[0]) === unitsIn(claim))) return true;
  const off = toNumber(subtract(computed, stated));
  const isNear = Math.abs(off) < 1 || Math.abs(off) < toNumber(computed) / 10;
  if (isNear && (IS_ROUGH.test(before) || IS_ROUGH.test(after))) return true;
  const isCut = stated.d === 1n && off > 0 && off < 1;
  if (isCut && (!CLOSES_ALL.test(after) || tellsRemainder(before, after))) return true;
  return parts.length === 2 && isByRule(beside, parts, kind, toNumber(computed) / toNumber(stated));
}

function isSurelyBegun({ before, above }: Beside): boolean {
  if (OF_MANY.test(before)) return false;
  if (!BEGINS.test(before)) return OPENS.test(before);
  if (GOES_ON.test(above)) return false;
  if (!ENDS_IN_AMOUNT.test(above) || IS_TITLE.test(above)) return true;
  return IS_ITEM.test(before) ? IS_ITEM.test(above) : /[=＝]/.test(above);
}

/** What is said to be so many of the same units is no conversion. */
const unitsIn = ({ parts }: Amount): string => parts.map(({ units }) => units[0].factor).join(' ');

const isLetter = ({ word }: Part): boolean => /^[a-z]$/i.test(word);

/** "3m + 2s = 45 min": letters with a factor. "500 g + 700 g = 1.1 kg" is none. */
function isAlgebra(terms: readonly Amount[], claim: Amount, kind: string): boolean {
  const parts = terms.flatMap((term) => term.parts);
  if (!terms.every((term) => term.parts.length === 1 && isLetter(term.parts[0]))) return false;
  const isOne = parts.every(({ word, isGlued }) => word === parts[0].word && !isGlued);
  const isMinutes = kind === 's' && /^m$/i.test(parts[0].word);
  return !isOne || isMinutes || claim.parts.every(isLetter);
}

/** A conversion that a rule, a scale or another money may make right: "1 h = 45 min" of lessons. */
function isByRule({ before, after }: Beside, parts: readonly Part[], kind: string, ratio: number): boolean {
  const isAmbiguous = parts.some(({ units }) => units.length > 1) && kind !== '$';
  const isDefined = parts.some(({ number }) => number === '1');
  const isFar = !(ratio > 1 / FARTHEST && ratio < FARTHEST);
  return isAmbiguous || isDefined || isFar || BY_RULE.test(before) || BY_RULE.test(after);
}
