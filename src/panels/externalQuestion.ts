/**
 * A question put to another solver (a server, a model of VS Code). It goes on while the page is hidden: an answer that may
 * have taken minutes, or cost something, is not asked for twice.
 */
import { type Problem, toProblem } from '../protocol/problem';
import type { Answered, Whom } from '../protocol/reasoningPanelApi';

export interface Question {
  question: string;
  expected: string | null;
  whom: Whom;
}

export type AskExternalSolver = (
  question: Question,
  signal: AbortSignal,
  onText: (text: string) => void,
) => Promise<Answered>;

/** The text grows with every token; a page needs it as often as it draws. */
const TELL_MS = 60;

export class ExternalQuestion {
  private readonly control = new AbortController();
  private readonly followers = new Set<(text: string) => void>();
  private text = '';
  private telling: ReturnType<typeof setTimeout> | undefined;
  /** Resolves when it is over, however it went. */
  readonly over: Promise<void>;

  constructor(
    readonly question: Question,
    ask: AskExternalSolver,
    done: { answered(answered: Answered): unknown; failed(problem: Problem): unknown },
  ) {
    this.over = ask(question, this.control.signal, (text) => this.grow(text)).then(
      (answered) => void done.answered(answered),
      (thrown: unknown) => void done.failed(toProblem(thrown)),
    );
  }

  isAbout({ question, whom }: Question): boolean {
    return this.question.question === question && this.question.whom === whom;
  }

  /** Told of the text so far, and as it grows, until it is over or the caller stops listening. */
  async follow(tell: (text: string) => void, stopped: AbortSignal): Promise<void> {
    this.followers.add(tell);
    if (this.text) tell(this.text);
    const leave = new Promise<void>((resolve) => stopped.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.over, leave]);
    this.followers.delete(tell);
  }

  /** What has come by then is the answer. */
  cancel(): void {
    this.control.abort();
  }

  private grow(text: string): void {
    this.text = text;
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      for (const tell of this.followers) tell(this.text);
    }, TELL_MS);
  }
}
