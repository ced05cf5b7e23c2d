// A few words that stand out: how things are, or what to mind before going on.
import type { ComponentChildren } from 'preact';
import { Icon } from './icon';
import './callout.css';

interface CalloutProps {
  kind: 'good' | 'info' | 'warn' | 'bad';
  title?: ComponentChildren;
  children?: ComponentChildren;
  /** Read out when it appears. */
  live?: 'status' | 'alert';
}

export function Callout({ kind, title, children, live }: CalloutProps) {
  return (
    <div class={`callout callout-${kind}`} role={live}>
      <Icon name={kind === 'good' ? 'check' : 'alert'} />
      <div class="callout-text">
        {title && <p class="callout-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
