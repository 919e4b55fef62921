/** What do experiments read where the workspace has too little? The words of this history. */
import type { WorkspaceText } from '../../protocol/milestones';
import { CLAIMS } from '../../shared/history/claims';
import { FACTS } from '../../shared/history/facts';

const LINK = /\[([^\]]*)\]\([^)]*\)/g;

/** Every story in both languages. */
export function stories(): WorkspaceText[] {
  return Object.entries(FACTS).flatMap(([id, { en, zh }]) => [
    { name: `${id} (en)`, text: en },
    { name: `${id} (zh)`, text: zh },
  ]);
}

/** The English alone, whose words stand apart: the stories, then the claims beside each, a claim's sentences a line each; links without their addresses. */
export function historyTexts(): WorkspaceText[] {
  const claims = new Map<string, string[]>();
  for (const { entry, text, source, said } of CLAIMS) {
    const name = entry === null ? 'claims' : `${entry}: claims`;
    const lines = [text.en, source?.en ?? '', said?.en ?? ''].filter((line) => line !== '');
    claims.set(name, [...(claims.get(name) ?? []), ...lines]);
  }
  return [
    ...Object.entries(FACTS).map(([id, { en }]) => ({ name: id, text: en.replace(LINK, '$1') })),
    ...[...claims].map(([name, lines]) => ({ name, text: lines.join('\n') })),
  ];
}
