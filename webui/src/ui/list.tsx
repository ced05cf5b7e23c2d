// Rows of a list: a face or icon, a line or two, something at the end. A row is a link, a button or just shown.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';
import './list.css';

interface RowProps {
  lead?: ComponentChildren;
  icon?: IconName;
  title: ComponentChildren;
  note?: ComponentChildren;
  end?: ComponentChildren;
  href?: string;
  onClick?: () => void;
  current?: boolean;
  danger?: boolean;
}

export function Row({ lead, icon, title, note, end, href, onClick, current, danger }: RowProps) {
  const inner = (
    <>
      {icon ? (
        <span class="row-icon">
          <Icon name={icon} />
        </span>
      ) : (
        lead
      )}
      <span class="row-text">
        <span class="row-title">{title}</span>
        {note !== undefined && note !== '' && <span class="row-note">{note}</span>}
      </span>
      {end && <span class="row-end">{end}</span>}
    </>
  );
  const look = `row ${danger ? 'row-danger' : ''}`;
  if (href !== undefined)
    return (
      <a class={look} href={href} aria-current={current ? 'page' : undefined}>
        {inner}
      </a>
    );
  if (onClick)
    return (
      <button type="button" class={look} onClick={onClick}>
        {inner}
      </button>
    );
  return <div class={look}>{inner}</div>;
}

/** A card around rows. */
export function Card({ children }: { children: ComponentChildren }) {
  return <div class="card">{children}</div>;
}

export function Badge({ count, label }: { count: number | string; label: string }) {
  if (count === 0) return null;
  return (
    <span class="badge">
      <span aria-hidden="true">{count}</span>
      <span class="hidden">{label}</span>
    </span>
  );
}
