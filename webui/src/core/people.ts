// Everybody this device has heard of. Asks the box for a person only when somebody looks at them.
import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { User } from './wire';

export class People {
  private readonly known = new Map<number, Signal<User | null>>();
  private readonly asked = new Set<number>();
  private readonly waiting: number[] = [];
  private running = 0;
  /** Counts people who came to the box while this page was open; lists look again. */
  readonly newcomers = signal(0);

  constructor(private readonly fetchUser: (id: number) => Promise<User>) {}

  /** The person, `null` until known; looking at an unknown one asks for them. */
  get(id: number): ReadonlySignal<User | null> {
    const found = this.entry(id);
    if (found.peek() === null && !this.asked.has(id)) {
      this.asked.add(id);
      this.waiting.push(id);
      void this.work();
    }
    return found;
  }

  /** The box says that a person is new or changed. */
  hear(user: User): void {
    batch(() => {
      if (this.entry(user.id).peek() === null) this.newcomers.value++;
      this.put(user);
    });
  }

  put(user: User): void {
    this.entry(user.id).value = user;
  }

  putAll(users: Iterable<User>): void {
    batch(() => {
      for (const user of users) this.put(user);
    });
  }

  setOnline(ids: readonly number[], online: boolean): void {
    batch(() => {
      for (const id of ids) {
        const entry = this.known.get(id);
        const user = entry?.peek();
        if (entry && user && user.online !== online) entry.value = { ...user, online };
      }
    });
  }

  /** After a reconnect, people who could not be found before may be there. */
  askAgain(): void {
    for (const id of this.asked) if (this.entry(id).peek() === null) this.asked.delete(id);
  }

  forget(): void {
    this.known.clear();
    this.asked.clear();
    this.waiting.length = 0;
  }

  private entry(id: number): Signal<User | null> {
    let entry = this.known.get(id);
    if (!entry) this.known.set(id, (entry = signal<User | null>(null)));
    return entry;
  }

  /** At most four questions at a time: a long history must not start four hundred. */
  private async work(): Promise<void> {
    if (this.running >= 4) return;
    this.running++;
    for (let id = this.waiting.shift(); id !== undefined; id = this.waiting.shift()) {
      try {
        this.put(await this.fetchUser(id));
      } catch {
        // Shown as "someone"; asked again after the next reconnect.
      }
    }
    this.running--;
  }
}
