// Buttons: one prominent per screen, quiet ones beside it, icon buttons with their words for screen readers.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';
import './button.css';

interface Shared {
  onClick?: () => void;
  disabled?: boolean;
  class?: string;
}

interface ButtonProps extends Shared {
  kind?: 'main' | 'quiet' | 'danger' | 'plain';
  icon?: IconName;
  type?: 'button' | 'submit';
  /** Something is under way: shown, and a second press does nothing. */
  busy?: boolean;
  children: ComponentChildren;
}

export function Button({ kind = 'quiet', icon, type = 'button', busy = false, disabled, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      class={`button button-${kind} ${rest.class ?? ''}`}
      disabled={disabled}
      aria-busy={busy}
      onClick={busy ? undefined : onClick}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Shared {
  icon: IconName;
  label: string;
  /** Opens or closes something: is it open? */
  expanded?: boolean;
}

export function IconButton({ icon, label, expanded, onClick, disabled, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${rest.class ?? ''}`}
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface IconLinkProps {
  icon: IconName;
  label: string;
  href: string;
  class?: string;
  download?: string;
}

export function IconLink({ icon, label, href, download, ...rest }: IconLinkProps) {
  return (
    <a class={`icon-button ${rest.class ?? ''}`} aria-label={label} title={label} href={href} download={download}>
      <Icon name={icon} />
    </a>
  );
}

interface ButtonLinkProps {
  kind?: 'main' | 'quiet' | 'plain';
  icon?: IconName;
  href: string;
  children: ComponentChildren;
}

export function ButtonLink({ kind = 'quiet', icon, href, children }: ButtonLinkProps) {
  return (
    <a class={`button button-${kind}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}
