/** Scores of all roles: from the text, from the editor's language support when it was asked, from the model's probe. */
import type { HeadRole, RoleScores } from '../../../src/protocol/explanation';
import type { Host } from '../host';
import type { Run } from '../state/run';

export class Roles {
  /** Definition ↔ use and enclosing symbol; null: not known (yet). */
  private code: RoleScores[] | null = null;
  private probed: RoleScores[] | null = null;
  private probing = false;
  private asked: Run | null = null;

  constructor(
    private readonly host: Host,
    private readonly run: () => Run | null,
    private readonly changed: () => void,
  ) {}

  all(): RoleScores[] {
    return [...(this.run()?.explanation?.roles ?? []), ...(this.code ?? [])];
  }

  of(role: HeadRole): RoleScores | undefined {
    return this.all().find((one) => one.role === role);
  }

  /** On a random row given twice; undefined until it has come. */
  probe(role: HeadRole): RoleScores | undefined {
    return this.probed?.find((one) => one.role === role);
  }

  /** True until the language support has answered, and the probe if it runs. */
  get waiting(): boolean {
    return (
      this.asked !== null && this.asked === this.run() && (this.code === null || (this.probing && this.probed === null))
    );
  }

  /** Another explanation. */
  clear(): void {
    this.code = this.probed = this.asked = null;
    this.probing = false;
  }

  /**
   * Asks for what the explanation does not bring along; once for each. Language support that had nothing to say is asked
   * again: it may have been starting. `shallProbe` calls what it is given when the model may run the probe's text.
   */
  fetch(shallProbe: (go: () => void) => void): void {
    const run = this.run();
    if (!run?.explanation) return;
    const first = this.asked !== run;
    if (!first && this.code?.length !== 0) return;
    this.asked = run;
    this.code = null;
    const take = async <T>(answer: Promise<T>, set: (scores: T) => void, none: T): Promise<void> => {
      const scores = await answer.catch(() => none);
      if (this.run() !== run) return;
      set(scores);
      this.changed();
    };
    void take(this.host.call('codeRoles', {}), (scores) => (this.code = scores), []);
    const probe = (): void => {
      this.probing = true;
      void take(this.host.call('probe', {}), (scores) => (this.probed = scores), []);
      this.changed();
    };
    if (first) shallProbe(probe);
  }
}
