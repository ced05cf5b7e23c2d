// Rows of a room as elements. A row that did not change keeps its element, so that a new message costs one row.
import type { VNode } from 'preact';
import { t } from '../../core/i18n';
import type { Row } from '../../core/rows';
import { dayTitle } from '../../core/when';
import type { RoomEvent } from '../../core/wire';
import { Message } from './message';
import type { MenuTarget } from './message-menu';
import { noticeText } from './notice-text';

export class RowCache {
  onQuote: (seq: number) => void = () => undefined;
  private kept = new Map<string, { row: Row; node: VNode }>();

  constructor(
    private readonly room: number,
    private readonly onMenu: (target: MenuTarget) => void,
  ) {}

  render(rows: readonly Row[], me: number): VNode[] {
    const next = new Map<string, { row: Row; node: VNode }>();
    const nodes = rows.map((row) => {
      const before = this.kept.get(row.key);
      const entry = before && same(before.row, row) ? before : { row, node: this.make(row, me) };
      next.set(row.key, entry);
      return entry.node;
    });
    this.kept = next;
    return nodes;
  }

  private make(row: Row, me: number): VNode {
    switch (row.kind) {
      case 'day':
        return <Day key={row.key} rowKey={row.key} at={row.at} />;
      case 'unread':
        return <Unread key={row.key} />;
      case 'notice':
        return <Notice key={row.key} rowKey={row.key} event={row.event} />;
      case 'message':
        return (
          <Message
            key={row.key}
            rowKey={row.key}
            room={this.room}
            event={row.event}
            mine={row.event.sender === me}
            first={row.first}
            last={row.last}
            onMenu={this.onMenu}
            onQuote={(seq) => this.onQuote(seq)}
          />
        );
    }
  }
}

function same(a: Row, b: Row): boolean {
  if (a.kind === 'message' && b.kind === 'message') return a.event === b.event && a.first === b.first && a.last === b.last;
  if (a.kind === 'notice' && b.kind === 'notice') return a.event === b.event;
  if (a.kind === 'day' && b.kind === 'day') return a.at === b.at;
  return a.kind === b.kind;
}

function Day({ rowKey, at }: { rowKey: string; at: number }) {
  return (
    <li class="talk-day" data-key={rowKey}>
      {dayTitle(at, Date.now())}
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

function Notice({ rowKey, event }: { rowKey: string; event: RoomEvent }) {
  return (
    <li class="talk-notice" data-key={rowKey} data-seq={event.seq}>
      {noticeText(event)}
    </li>
  );
}
