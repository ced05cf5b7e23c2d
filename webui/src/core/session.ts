// Who this browser is to the box, from opening the page to being inside. Decides which of the app's faces is shown.
import { batch, signal } from '@preact/signals';
import type { Api } from './api';
import { ApiError, asApiError } from './errors';
import type { BoxInfo, Me } from './wire';

export type Phase =
  | 'loading'
  /** The box does not answer. */
  | 'unreachable'
  /** Nobody owns the box yet. */
  | 'fresh'
  /** Not signed in. */
  | 'outside'
  /** An in-app browser that would lose the account at once. */
  | 'in_app'
  /** An admin is being asked. */
  | 'waiting'
  /** The admin said no. */
  | 'refused'
  | 'suspended'
  | 'inside';

export interface SessionDeps {
  api: Api;
  enter(me: Me): void;
  /** By their own choice: nothing of theirs stays. */
  leave(): void;
  /** It is known which box answers: what was kept for it is there from now on. */
  bind(box: string): void;
  /** Another box answers here by now: nothing of this page means anything to it. */
  startAfresh(): void;
  /** Asks again for a claim that was never answered; was it ours? */
  claimAgain(): Promise<boolean>;
  /** Shut out, not by their choice: what they have not sent yet is kept for them. */
  rest(): void;
  setTimer(run: () => void, ms: number): number;
}

const POLL_MS = 3_000;

export class Session {
  readonly phase = signal<Phase>('loading');
  readonly box = signal<BoxInfo | null>(null);
  /** This device was signed out from elsewhere; said once on the way in. */
  readonly wasSignedOut = signal(false);

  /** Which box this page belongs to. */
  private boxId: string | null = null;

  constructor(private readonly deps: SessionDeps) {}

  /** Asks the box who we are and goes where that leads. */
  async open(): Promise<void> {
    try {
      let box = await this.deps.api.box();
      if (!this.isOurs(box)) return;
      if (box.state === 'claimed' && !box.me && (await this.deps.claimAgain())) box = await this.deps.api.box();
      if (this.isOurs(box)) this.settle(box);
    } catch (thrown) {
      if (isSuspended(thrown)) {
        this.shut('suspended');
        return;
      }
      this.phase.value = 'unreachable';
      this.deps.setTimer(() => this.phase.peek() === 'unreachable' && void this.open(), POLL_MS);
    }
  }

  /** After claim, join, sign-in or a ticket. Only the box that this page belongs to lets its people in here. */
  async entered(me: Me): Promise<void> {
    let box: BoxInfo;
    try {
      box = await this.deps.api.box();
    } catch {
      await this.open();
      return;
    }
    if (this.isOurs(box)) batch(() => this.settle({ ...box, me: box.me ?? me }));
  }

  async refreshBox(): Promise<void> {
    try {
      const box = await this.deps.api.box();
      if (this.isOurs(box)) this.box.value = box;
    } catch {
      // The old answer will do until the next visit.
    }
  }

  /** The line broke: is this device still known? */
  async check(): Promise<void> {
    await this.refreshBox();
    const box = this.box.peek();
    if (box && !box.me) this.signedOut();
    else if (box?.me?.user.status === 'suspended') this.settle(box);
  }

  async signOut(): Promise<void> {
    try {
      await this.deps.api.signOut();
    } catch (thrown) {
      if (asApiError(thrown).code !== 'not_signed_in') throw thrown;
    }
    this.out('chosen');
  }

  /** The box no longer knows this device. */
  signedOut(): void {
    if (this.phase.peek() !== 'inside') return;
    this.wasSignedOut.value = true;
    this.out('forced');
  }

  /** An admin has suspended the person. Whether that is over, only they ask, by hand. */
  suspended(): void {
    if (this.phase.peek() === 'inside') this.shut('suspended');
  }

  /** Gives the waiting up and starts over. */
  startOver(): void {
    this.deps.api.signOut().catch(() => undefined);
    this.out('chosen');
  }

  /** The first answer says which box the page belongs to. Should another one answer later, the page is of no use. */
  private isOurs(box: BoxInfo): boolean {
    if (this.boxId === null) {
      this.boxId = box.id;
      this.deps.bind(box.id);
    }
    if (this.boxId === box.id) return true;
    if (this.phase.peek() === 'inside') this.deps.rest();
    this.phase.value = 'loading';
    this.deps.startAfresh();
    return false;
  }

  private shut(phase: 'suspended'): void {
    if (this.phase.peek() === 'inside') this.deps.rest();
    this.phase.value = phase;
  }

  private out(why: 'chosen' | 'forced'): void {
    if (why === 'chosen') this.deps.leave();
    else this.deps.rest();
    const box = this.box.peek();
    this.phase.value = 'loading';
    if (box) this.settle({ ...box, me: null });
    else void this.open();
  }

  private settle(box: BoxInfo): void {
    const was = this.phase.peek();
    this.box.value = box;
    const next = phaseOf(box, was);
    if (was === 'inside' && next !== 'inside') this.deps.rest();
    this.phase.value = next;
    if (next === 'inside' && was !== 'inside' && box.me) this.deps.enter(box.me);
    if (next === 'waiting' && was !== 'waiting') this.deps.setTimer(() => void this.poll(), POLL_MS);
  }

  /** While an admin is asked; goes on through outages. */
  private async poll(): Promise<void> {
    if (this.phase.peek() !== 'waiting') return;
    try {
      const box = await this.deps.api.box();
      if (!this.isOurs(box)) return;
      this.settle(box);
    } catch (thrown) {
      if (isSuspended(thrown)) this.shut('suspended');
    }
    if (this.phase.peek() === 'waiting') this.deps.setTimer(() => void this.poll(), POLL_MS);
  }
}

function isSuspended(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.code === 'suspended';
}

function phaseOf(box: BoxInfo, was: Phase): Phase {
  if (box.me?.user.status === 'pending') return 'waiting';
  if (box.me?.user.status === 'suspended') return 'suspended';
  if (box.me) return 'inside';
  if (was === 'waiting' || was === 'refused') return 'refused';
  if (box.in_app_browser) return 'in_app';
  return box.state === 'fresh' ? 'fresh' : 'outside';
}
