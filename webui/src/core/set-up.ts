// The wizard's memory: what was typed and how far the way has gone, kept over reloads. The password is never kept.
import { signal } from '@preact/signals';
import { readJson, type TextStore } from './storage';

export interface SetUpDraft {
  code: string;
  /** The owner's name. */
  name: string;
  /** The claim went through here, and the steps after it are not done yet. */
  claimed: boolean;
  /** The poster's invite, once it was made. */
  invite: number | null;
}

const KEY = 'set-up';
const NOTHING: SetUpDraft = { code: '', name: '', claimed: false, invite: null };

export class SetUp {
  readonly draft = signal<SetUpDraft>(NOTHING);

  constructor(private readonly store: TextStore) {
    this.recall();
  }

  /** Reads what was kept: once more when it is known which box's it is. */
  recall(): void {
    this.draft.value = readJson(this.store, KEY, isDraft) ?? NOTHING;
  }

  change(change: Partial<SetUpDraft>): void {
    this.draft.value = { ...this.draft.peek(), ...change };
    this.store.set(KEY, JSON.stringify(this.draft.peek()));
  }

  /** All done, or somebody else's box by now. */
  end(): void {
    this.draft.value = NOTHING;
    this.store.remove(KEY);
  }
}

function isDraft(value: unknown): value is SetUpDraft {
  const draft = value as SetUpDraft | null;
  return typeof draft?.code === 'string' && typeof draft.name === 'string' && typeof draft.claimed === 'boolean' && (draft.invite === null || typeof draft.invite === 'number');
}
