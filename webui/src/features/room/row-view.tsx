// Rows of a room as elements, in stretches: a new message renders the last stretch again, and nothing of what stands above it.
// Elements are made anew each time: Preact keeps what hangs on one that is used twice.
import { Component } from 'preact';
import { boxToday } from '../../core/box-time';
import { t } from '../../core/i18n';
import { STRETCH } from '../../core/room-log';
import type { Row } from '../../core/rows';
import { dayTitle } from '../../core/when';
import type { MessageEvent } from '../../core/wire';
import { Message } from './message';
import type { MenuTarget } from './message-menu';
import { Notice } from './notice';

/** What a row can lead to; the same object for as long as the room is open. */
export interface RowActs {
  onMenu: (target: MenuTarget) => void;
  /** Who reacted to it? */
  onWho: (event: MessageEvent) => void;
  onQuote: (seq: number) => void;
  /** A row is about to grow under the reader's eyes, who goes on reading where they are. */
  onUnfold: () => void;
}

interface StretchProps {
  rows: readonly Row[];
  room: number;
  me: number;
  direct: boolean;
  acts: RowActs;
}

/** The rows in stretches that stay what they are while the window moves over the room. */
export function stretchesOf(rows: readonly Row[]): { key: number; rows: Row[] }[] {
  const stretches: { key: number; rows: Row[] }[] = [];
  // A day's title goes with what follows it.
  let titles: Row[] = [];
  for (const row of rows) {
    if (row.kind === 'day' || row.kind === 'unread') {
      titles.push(row);
      continue;
    }
    const key = Math.floor((row.kind === 'message' ? row.event : row.events[0]!).seq / STRETCH);
    const last = stretches[stretches.length - 1];
    if (last?.key === key) last.rows.push(...titles, row);
    else stretches.push({ key, rows: [...titles, row] });
    titles = [];
  }
  return stretches;
}

export class Stretch extends Component<StretchProps> {
  override shouldComponentUpdate(next: StretchProps): boolean {
    const { rows, me } = this.props;
    return next.me !== me || next.rows.length !== rows.length || next.rows.some((row, index) => !same(row, rows[index]!));
  }

  override render({ rows, ...rest }: StretchProps) {
    return rows.map((row) => rowView(row, rest));
  }
}

function same(a: Row, b: Row): boolean {
  if (a.key !== b.key) return false;
  if (a.kind === 'message' && b.kind === 'message') return a.event === b.event && a.first === b.first && a.last === b.last;
  if (a.kind === 'notice' && b.kind === 'notice') return a.events === b.events;
  return a.kind === b.kind;
}

function rowView(row: Row, { room, me, direct, acts }: Omit<StretchProps, 'rows'>) {
  switch (row.kind) {
    case 'day':
      return <Day key={row.key} rowKey={row.key} at={row.at} />;
    case 'unread':
      return <Unread key={row.key} />;
    case 'notice':
      return <Notice key={row.key} rowKey={row.key} events={row.events} />;
    case 'message':
      return (
        <Message key={row.key} rowKey={row.key} room={room} direct={direct} event={row.event} mine={row.event.sender === me} first={row.first} last={row.last} acts={acts} />
      );
  }
}

function Day({ rowKey, at }: { rowKey: string; at: number }) {
  return (
    <li class="talk-day" data-key={rowKey}>
      {dayTitle(at, boxToday())}
    </li>
  );
}

function Unread() {
  return (
    <li class="talk-unread" data-key="unread">
      {t('unread_line')}
    </li>
  );
}
