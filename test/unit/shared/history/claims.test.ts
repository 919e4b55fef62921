import * as assert from 'node:assert/strict';
import { CLAIMS, claimsOfEntry, VERDICTS } from '../../../../src/shared/history/claims';
import type { Claim, Said } from '../../../../src/shared/history/claims';
import { experiments } from '../../../../src/milestones';
import { MILESTONES } from '../../../../src/shared/history/timeline';
import { checkClaims, ClaimsError } from '../../../support/claimRules';

/** A copy of the real list whose first graded claim is changed by `spoil`. */
function spoiled(spoil: (claim: Claim) => void): Claim[] {
  const list = structuredClone(CLAIMS) as Claim[];
  const graded = list.find((claim) => claim.verdict === 'wrong');
  assert.ok(graded);
  spoil(graded);
  return list;
}

function refuses(spoil: (claim: Claim) => void, reason: RegExp): void {
  assert.throws(
    () => checkClaims(spoiled(spoil)),
    (error: unknown) => error instanceof ClaimsError && error.problems.some((p) => reason.test(p)),
  );
}

describe('claims of the retellings', () => {
  it('all keep the rules', () => {
    assert.equal(checkClaims(CLAIMS).length, CLAIMS.length);
  });

  it('cover every entry, and use every verdict', () => {
    const bare = MILESTONES.filter((entry) => claimsOfEntry(entry.id).length === 0);
    assert.deepEqual(bare, []);
    assert.ok(claimsOfEntry(null).length > 0);
    assert.deepEqual(new Set(CLAIMS.map((claim) => claim.verdict)), new Set(VERDICTS));
  });

  it('stand in the order of the entries', () => {
    const order = [...MILESTONES.map((entry): string | null => entry.id), null];
    const places = CLAIMS.map((claim) => order.indexOf(claim.entry));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it('keep the Chinese free of ASCII punctuation between characters', () => {
    for (const { id, text, source, said } of CLAIMS) {
      for (const zh of [text.zh, source?.zh ?? '', said?.zh ?? '']) {
        assert.doesNotMatch(zh, /\p{Script=Han}[,;:!?]|[,;:!?]\p{Script=Han}/u, id);
      }
    }
  });

  it('are refused without a verdict', () => {
    refuses((claim) => Object.assign(claim, { verdict: undefined }), /has no verdict/);
  });

  it('are refused without a source, unless they cannot be checked', () => {
    refuses((claim) => Object.assign(claim, { source: null }), /has no source/);
    const list = spoiled((claim) =>
      Object.assign(claim, { verdict: 'cannot-be-checked', source: null, citation: null, read: null }),
    );
    assert.equal(checkClaims(list).length, CLAIMS.length);
  });

  it('are refused when graded without a citation', () => {
    refuses((claim) => Object.assign(claim, { citation: null, read: null }), /without a citation/);
  });

  it('are refused when called wrong from memory', () => {
    refuses((claim) => Object.assign(claim, { read: 'memory' }), /wrong from memory/);
  });

  it('are refused when a language is missing or the Chinese has no Han characters', () => {
    refuses((claim) => Object.assign(claim.text, { en: '' }), /text has no English/);
    refuses((claim) => Object.assign(claim.text, { zh: 'in English' }), /text has no Chinese/);
    refuses((claim) => Object.assign(claim, { source: { en: 'x' } }), /source has no Chinese/);
  });

  it('are refused with an id that occurs twice, or an unknown entry', () => {
    refuses((claim) => Object.assign(claim, { id: CLAIMS[0].id }), /occurs twice/);
    refuses((claim) => Object.assign(claim, { entry: 'perceptron' }), /unknown entry/);
    refuses((claim) => Object.assign(claim, { experiment: 'perceptron' }), /unknown experiment/);
  });

  it('point only at entries that have an experiment', () => {
    const known = new Set(experiments.map(({ id }) => id));
    const astray = CLAIMS.filter(({ experiment }) => experiment !== null && !known.has(experiment));
    assert.deepEqual(
      astray.map(({ id }) => id),
      [],
    );
  });

  it('are refused when what was said has no citation, lacks a language or is quoted from memory', () => {
    const said = CLAIMS.find((claim) => claim.said)?.said;
    assert.ok(said);
    const change = (changed: Partial<Record<keyof Said, unknown>>) => (claim: Claim) =>
      Object.assign(claim, { said: { ...said, ...changed } });
    assert.equal(checkClaims(spoiled(change({}))).length, CLAIMS.length);
    refuses(change({ citation: undefined }), /said has no citation/);
    refuses(change({ zh: 'in English' }), /said has no Chinese/);
    refuses(change({ read: 'memory' }), /quoted from memory/);
    refuses(change({ read: 'hearsay' }), /said: unknown reading level/);
  });

  it('rest on no page that only repeats others without saying whom', () => {
    const repeaters = /fourweekmba|ciyuan\.website|simplerdevelopment|frontiernews|aihola|lbkrs|thetechportal/;
    const cited = CLAIMS.flatMap(({ id, citation, said }) =>
      [citation, said?.citation].map((each) => [id, each?.link]),
    );
    assert.deepEqual(
      cited.filter(([, link]) => link && repeaters.test(link)),
      [],
    );
  });

  it('are refused with a link that is not an https address', () => {
    refuses((claim) => Object.assign(claim.citation ?? {}, { link: 'javascript:1' }), /https/);
  });
});
