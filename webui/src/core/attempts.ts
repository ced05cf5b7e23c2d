// Ways in that may be tried again: the box may have let us in although its answer was lost. It answers whoever brings the
// same secret, so the secret is kept until there is an answer, also over a reload.
import { asApiError } from './errors';
import type { TextStore } from './storage';

const KEY = 'attempt.';

export class Attempts {
  constructor(private readonly deps: { store: TextStore; newSecret: () => string }) {}

  /** Asks with the secret of `what`: the same as the last time when that was not answered. */
  async run<T>(what: string, ask: (secret: string) => Promise<T>): Promise<T> {
    const { store, newSecret } = this.deps;
    const secret = store.get(KEY + what) ?? newSecret();
    store.set(KEY + what, secret);
    try {
      const answer = await ask(secret);
      store.remove(KEY + what);
      return answer;
    } catch (thrown) {
      const { passes, status } = asApiError(thrown);
      // Only a plain no is an answer: after anything else the box may have done what was asked.
      if (!passes && status >= 400 && status < 500) store.remove(KEY + what);
      throw thrown;
    }
  }

  /** What begins so and was not answered. */
  unanswered(prefix: string): string[] {
    return this.deps.store.keys(KEY + prefix).map((key) => key.slice(KEY.length));
  }
}
