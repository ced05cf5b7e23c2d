// The room's messages: a window of the log in the DOM, paged at both ends, with what is still on its way at the bottom.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { ledTo } from '../../app/state';
import { api, history, outbox, readMarks, rooms, showError, socket, sync } from '../../app/wiring';
import { asApiError } from '../../core/errors';
import { t } from '../../core/i18n';
import { WINDOW } from '../../core/room-log';
import { makeRows } from '../../core/rows';
import type { MessageEvent } from '../../core/wire';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { lazy } from '../../ui/lazy';
import { useRoving } from '../../ui/roving';
import { Empty } from '../../ui/states';
import { unreadFigure, unreadWords } from '../../core/unread';
import { MessageMenu, type MenuTarget } from './message-menu';
import { PendingMessage } from './pending';
import { places } from './places';
import { Stretch, stretchesOf, type RowActs } from './row-view';
import { ScrollKeeper } from './scroll-keeper';
import './message-list.css';

const WhoReacted = lazy(async () => (await import('./who-reacted')).WhoReacted);

/** Pages are asked for when the reader is so many screens from the loaded end. */
const AHEAD = 2;

/** `message`: the seq of the one to show. */
export function MessageList({ room: id, message }: { room: number; message?: number }) {
  const log = rooms.log(id);
  const me = sync.me.value?.user.id ?? -1;
  const view = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const keeper = useRef<ScrollKeeper | null>(null);
  const atEnd = useSignal(true);
  const menu = useSignal<MenuTarget | null>(null);
  const unreadAfter = useSignal(firstUnread(id));
  const toMessage = useRef<(seq: number) => Promise<void>>(async () => undefined);
  const who = useSignal<MessageEvent | null>(null);
  const acts = useMemo<RowActs>(
    () => ({
      onMenu: (target) => (menu.value = target),
      onWho: (event) => (who.value = event),
      onQuote: (seq) => void toMessage.current(seq),
      onUnfold: () => keeper.current?.stay(),
    }),
    [id],
  );

  const events = log.events.value;
  const kind = rooms.get(id)?.kind ?? 'group';
  const rows = useMemo(() => makeRows(events, unreadAfter.value, me, kind), [events, unreadAfter.value, me, kind]);
  const pending = outbox.items.value.filter((item) => item.room === id && (item.seq === null || item.seq > log.high));
  const shownPending = log.atTail ? pending : [];

  // That the room is gone is said once, and not by its pages.
  const failed = (thrown: unknown) => asApiError(thrown).code === 'not_found' || showError(thrown);
  // Rows of the same height leave the view as it is, so no scroll event asks for the next page.
  const page = (asked: Promise<boolean>) => void asked.then((came) => came && settle(), failed);
  const settle = () => {
    const keep = keeper.current;
    const box = view.current;
    if (!keep || !box) return;
    atEnd.value = keep.place.stuck;
    if (box.scrollTop < AHEAD * box.clientHeight) page(history.older(id));
    // Who reads along is not led through all that came faster than it could be shown.
    const overtaken = keep.place.stuck && log.lastSeq.peek() - log.high > WINDOW;
    if (overtaken) page(history.newest(id));
    else if (keep.fromEnd < AHEAD * box.clientHeight) page(history.newer(id));
    markRead(id, keep.place.stuck ? log.high : keep.lastSeen());
  };

  useRoving(list, { items: 'li[data-seq]', begin: 'last' });
  useLayoutEffect(() => {
    const keep = new ScrollKeeper(view.current!, list.current!, () => log.atTail);
    keeper.current = keep;
    const place = places.get(id);
    if (place) keep.place = place;
    // Who was at the end finds what came since from its beginning on.
    if ((place && !(place.stuck && unreadAfter.peek() !== null)) || !keep.toRow('unread')) keep.hold();
    keep.note();
    const watcher = new ResizeObserver(() => {
      // It often comes late, for a change that was held already: the reader may have scrolled in between.
      keep.beforeChange();
      keep.hold();
    });
    watcher.observe(view.current!);
    watcher.observe(list.current!);
    return () => {
      watcher.disconnect();
      places.set(id, { ...keep.place, unreadAfter: unreadAfter.peek() });
    };
  }, [id]);

  useLayoutEffect(() => {
    keeper.current?.hold();
    if (keeper.current?.place.stuck) log.trim();
    settle();
  }, [rows, shownPending.length]);

  // What is said here is seen here: the speaker goes to the end, wherever they were reading.
  const lastPending = pending[pending.length - 1]?.clientId;
  useEffect(() => {
    if (lastPending === undefined) return;
    unreadAfter.value = null;
    void toEnd();
  }, [lastPending]);

  useEffect(() => {
    const again = () => document.visibilityState === 'visible' && settle();
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, [id]);

  // The room may go on without a row of it having come: after a sleep, or faster than they could be sent.
  const online = socket.state.value === 'online';
  const behind = log.atTail ? null : log.lastSeq.value;
  useEffect(() => {
    if (online) settle();
  }, [online, behind]);

  const toEnd = async () => {
    if (!log.atTail) await history.newest(id).catch(failed);
    keeper.current?.toEnd();
    settle();
  };

  toMessage.current = async (seq) => {
    if (seq < log.low || seq > log.high) {
      keeper.current?.stay();
      await history.around(id, seq).catch(failed);
      await new Promise((done) => window.requestAnimationFrame(done));
    }
    keeper.current?.toRow(`m-${seq}`);
    settle();
  };

  useEffect(() => {
    if (message === undefined) return;
    unreadAfter.value = null;
    ledTo.value = { room: id, seq: message };
    void toMessage.current(message).then(() => point(list.current, message));
  }, [id, message]);

  /** To the oldest message that mentions the reader and was not read. */
  const toMention = async () => {
    const known = rooms.peek(id)?.first_unread_mention;
    const seq = known ?? (await api.room(id).catch(() => null))?.first_unread_mention;
    if (seq == null) return;
    ledTo.value = { room: id, seq };
    await toMessage.current(seq);
    point(list.current, seq);
  };

  const unread = rooms.get(id)?.unread ?? 0;
  const mentions = rooms.get(id)?.unread_mentions ?? 0;
  keeper.current?.beforeChange();
  return (
    <div class="talk">
      <div
        ref={view}
        class="talk-view"
        role="region"
        aria-label={t('messages')}
        onScroll={() => {
          keeper.current?.scrolled();
          settle();
        }}
      >
        {rows.length === 0 && shownPending.length === 0 && log.atHead && log.atTail && (
          <Empty icon="chats" title={t('room_empty')}>
            {t('room_empty_help')}
          </Empty>
        )}
        <ol ref={list} class="talk-rows">
          {stretchesOf(rows).map((stretch) => (
            <Stretch key={stretch.key} rows={stretch.rows} room={id} me={me} direct={kind === 'direct'} acts={acts} />
          ))}
          {shownPending.map((item) => (
            <PendingMessage key={item.clientId} item={item} />
          ))}
        </ol>
      </div>
      <div class="talk-ways">
        {mentions > 0 && (
          <button type="button" class="talk-way" title={t('to_mention')} onClick={() => void toMention()}>
            <Icon name="at" />
            <span aria-hidden="true">{unreadFigure(mentions)}</span>
            <span class="hidden">{t('to_mention')}</span>
          </button>
        )}
        {!atEnd.value && (
          <button type="button" class="talk-way talk-down" onClick={() => void toEnd()}>
            <Icon name="down" />
            <span>{unread > 0 ? unreadWords(unread, 'new_below', 'new_below_more') : t('to_newest')}</span>
          </button>
        )}
      </div>
      {menu.value && <MessageMenu room={id} target={menu.value} onWho={acts.onWho} onClose={() => (menu.value = null)} />}
      {who.value && (
        <Dialog title={t('reactions')} onClose={() => (who.value = null)} sheet>
          <WhoReacted room={id} seq={who.value.seq} />
        </Dialog>
      )}
    </div>
  );
}

/** Shows which message is meant, to the eye and to whoever has the page read to them. */
function point(list: HTMLElement | null, seq: number): void {
  const row = list?.querySelector<HTMLElement>(`li[data-seq="${seq}"]`);
  if (!row) return;
  row.dataset.found = '';
  row.addEventListener('animationend', () => delete row.dataset.found, { once: true });
  row.focus({ preventScroll: true });
}

function firstUnread(id: number): number | null {
  const place = places.get(id);
  if (place && !place.stuck) return place.unreadAfter;
  const room = rooms.peek(id);
  return room && room.unread > 0 ? room.read_seq : null;
}

function markRead(id: number, seq: number): void {
  if (document.visibilityState !== 'visible') return;
  // That somebody liked something is nothing to be read: each reader would tell it to all others.
  const read = rooms.peek(id)?.read_seq ?? seq;
  if (rooms.log(id).events.peek().some((event) => event.seq > read && event.seq <= seq)) readMarks.read(id, seq);
}
