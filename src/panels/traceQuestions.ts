/** The page's questions that go on to the worker, about the trace of the text that is shown. */
import { codeCases } from '../editor/codeCases';
import type { WorkerClient } from '../engine/workerClient.node';
import { toldProblem } from '../host/problemMessage';
import type { RoleScores } from '../protocol/explanation';
import type { ExplainPanelHostApi, OfRun } from '../protocol/panelApi';
import { Problem } from '../protocol/problem';
import { READING_METHODS } from '../protocol/readingApi';
import type { CallContext, Handlers } from '../protocol/rpc';
import type { ExplainWorkerApi, TraceMethod, TraceParams } from '../protocol/workerApi';
import type { ShownText } from './shownText';

const METHODS = ['tile', 'weights', 'predictions', ...READING_METHODS] as const satisfies readonly TraceMethod[];

export class TraceQuestions {
  /** `gone`: the trace that was asked about turned out to be kept no longer. */
  constructor(
    private readonly client: WorkerClient<ExplainWorkerApi>,
    private readonly shown: () => ShownText | undefined,
    private readonly gone: (shown: ShownText, problem: Problem) => void,
  ) {}

  /** Rejects with a translated Problem, which the page shows as it is. */
  async ask<Name extends TraceMethod>(
    method: Name,
    { clean, ...params }: TraceParams<Name> & OfRun,
    signal: AbortSignal,
    onProgress?: (share: number) => void,
  ): Promise<ExplainWorkerApi[Name]['result']> {
    const shown = this.shown();
    const trace = clean ? shown?.clean : shown?.trace;
    if (!shown || !trace) throw toldProblem(new Problem('trace-gone', 'Nothing is explained at the moment.'));
    try {
      return await this.client.ask[method]({ ...params, trace } as never, { signal, onProgress: onProgress as never });
    } catch (thrown) {
      const problem = toldProblem(thrown);
      const isGone = problem.code === 'worker-died' || problem.code === 'trace-gone';
      if (isGone && shown.trace === trace) this.gone(shown, problem);
      throw problem;
    }
  }

  /** Each question as the page asks it. */
  answers(): Pick<Handlers<ExplainPanelHostApi>, (typeof METHODS)[number] | 'codeRoles'> {
    const entries = METHODS.map((name) => [
      name,
      (params: TraceParams<typeof name> & OfRun, { signal, progress }: CallContext<number>) =>
        this.ask(name, params, signal, progress),
    ]);
    const questions = Object.fromEntries(entries) as Pick<Handlers<ExplainPanelHostApi>, (typeof METHODS)[number]>;
    return { ...questions, codeRoles: (_, { signal }) => this.codeRoles(signal) };
  }

  /** Asks the language support, then the worker how much each head follows it. */
  private async codeRoles(signal: AbortSignal): Promise<RoleScores[]> {
    const link = this.shown()?.link;
    if (!link) return [];
    const cases = await codeCases(link, signal);
    const scores = await Promise.all(cases.map(({ role, pairs }) => this.ask('caseScores', { role, pairs }, signal)));
    return scores.flat();
  }
}
