// My reactions: shown at once, then told to the box; taken back when it refuses. However fast somebody presses, the box is asked one
// thing after the other, and what was wanted last is what stays.
import type { Api } from './api';
import { isMine } from './changes';
import type { Rooms } from './rooms';

/** At hand without looking for them. */
export const AT_HAND = ['👍', '❤️', '😂', '🎉', '😮', '🙏'] as const;

interface Wish {
  on: boolean;
  /** What the box has, as far as is known. */
  was: boolean;
}

export class Reactions {
  private readonly wishes = new Map<string, Wish>();

  constructor(
    private readonly api: Pick<Api, 'react' | 'takeReactionBack'>,
    private readonly rooms: Rooms,
    private readonly failed: (thrown: unknown) => void,
  ) {}

  toggle(room: number, seq: number, emoji: string): Promise<void> {
    const row = this.rooms.log(room).at(seq);
    if (row?.kind !== 'message') return Promise.resolve();
    return this.set(room, seq, emoji, !isMine(row, emoji));
  }

  async set(room: number, seq: number, emoji: string, on: boolean): Promise<void> {
    const key = `${room} ${seq} ${emoji}`;
    const log = this.rooms.log(room);
    log.react(seq, emoji, on);
    const underWay = this.wishes.get(key);
    if (underWay) {
      underWay.on = on;
      return;
    }
    const wish: Wish = { on, was: !on };
    this.wishes.set(key, wish);
    try {
      while (wish.on !== wish.was) {
        const asked = wish.on;
        await (asked ? this.api.react(room, seq, emoji) : this.api.takeReactionBack(room, seq, emoji));
        wish.was = asked;
      }
    } catch (thrown) {
      log.react(seq, emoji, wish.was);
      this.failed(thrown);
    } finally {
      this.wishes.delete(key);
    }
  }
}
