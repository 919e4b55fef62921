/** What does the host answer to the page of an explanation? */
import * as vscode from 'vscode';
import { editorOf } from '../editor/columns';
import type { EditorHeat } from '../editor/editorHeat';
import { isTyped } from '../editor/typedDocument';
import { visiblePlace, type Place } from '../editor/subject';
import { syntaxNodes } from '../editor/syntaxNodes';
import { showBriefly, showProblem } from '../host/messages';
import { saveFile } from '../host/saveFile';
import { pickTextFile } from '../host/textFile';
import type { ExplainPanelHostApi } from '../protocol/panelApi';
import type { Handlers } from '../protocol/rpc';
import type { ExplanationRuns } from './explanationRuns';
import { foundWords } from './foundWords';
import type { ShownText } from './shownText';
import type { TraceQuestions } from './traceQuestions';

interface Asked {
  services: { chooseModel(): void; exportFile(): void; found?(place: Place, finding: string): void };
  runs: ExplanationRuns;
  questions: TraceQuestions;
  heat: EditorHeat;
  shown(): ShownText | undefined;
  explain(find: () => Place): Promise<void>;
  isClosed(): boolean;
  /** While a followed text is edited, it is explained again. */
  follow(on: boolean): void;
}

export function explainAnswers(panel: Asked): Handlers<ExplainPanelHostApi> {
  const { services, runs, questions, heat, shown, explain, follow } = panel;
  return {
    ready: () => {},
    cancel: () => runs.cancel(),
    retry: () => {
      const { place } = runs;
      if (place) void explain(() => place);
    },
    intervene: ({ edits }) => runs.intervene(edits),
    copy: async ({ text }) => vscode.env.clipboard.writeText(text),
    saveEdits: ({ text }) => saveEdits(text, shown()?.taken.subject.title ?? '').catch(showProblem),
    openEdits: () => openEdits(),
    selectedText: () => selectedText(shown()?.taken.subject.text),
    chooseModel: () => services.chooseModel(),
    explainAt: ({ age }) => void runs.explainAt(age),
    exportFile: () => services.exportFile(),
    explainVisible: () => void explainVisible(panel),
    explainTyped: ({ text }) => void runs.explainTyped(text),
    writeBack: ({ text, over }) => runs.writeBack(text, over).catch(showProblem),
    follow: ({ on }) => follow(on),
    mark: ({ token }) => shown()?.link.mark(token),
    reveal: ({ token }) => shown()?.reveal(token).catch(showProblem),
    look: (look) => {
      runs.looked = look;
      heat.lookAt(look);
    },
    syntax: () => {
      const text = shown();
      return text ? syntaxNodes(text.link) : [];
    },
    ...questions.answers(),
    story: async (_, { signal, progress }) => {
      const text = shown();
      const story = await questions.ask('story', {}, signal, progress);
      if (story && text && shown() === text && !isTyped(text.link)) {
        services.found?.(text.taken.place, foundWords(story, text.link));
      }
      return story;
    },
  };
}

async function explainVisible({ runs, explain, isClosed }: Asked): Promise<void> {
  if (!runs.place) return;
  const editor = await editorOf(runs.place.uri);
  if (!isClosed()) await explain(() => visiblePlace(editor));
}

async function saveEdits(text: string, title: string): Promise<void> {
  const { t } = vscode.l10n;
  if (await saveFile(t('Interventions on {0}', title), 'txt', `${text}\n`)) showBriefly(t('Saved.'));
}

/** The page has the focus: the editors are beside it. */
function selectedText(explained: string | undefined): string | null {
  const texts = vscode.window.visibleTextEditors
    .filter(({ document, selection }) => document.uri.scheme !== 'output' && !selection.isEmpty)
    .map(({ document, selection }) => document.getText(selection));
  return texts.find((text) => text !== explained) ?? texts.at(0) ?? null;
}

async function openEdits(): ReturnType<typeof pickTextFile> {
  try {
    return await pickTextFile(vscode.l10n.t('Open Interventions'));
  } catch (thrown) {
    showProblem(thrown);
    return null;
  }
}
