// A page of a column: its head with the way back, and what scrolls below.
import type { ComponentChildren } from 'preact';
import { t } from '../core/i18n';
import { useArrival } from './arrival';
import { IconLink } from './button';
import './page.css';

interface PageProps {
  title: string;
  /** Where "back" leads; left out at the top of a column. */
  back?: string;
  /** Buttons at the end of the head. */
  actions?: ComponentChildren;
  /** Keeps text at a readable width. */
  narrow?: boolean;
  children: ComponentChildren;
}

export function Page({ title, back, actions, narrow, children }: PageProps) {
  const heading = useArrival<HTMLHeadingElement>();
  return (
    <section class="page" aria-label={title}>
      <header class="page-head">
        {back !== undefined && <IconLink class="icon-turns" icon="back" label={t('back')} href={back} />}
        <h1 ref={heading} class="page-title" tabIndex={-1}>{title}</h1>
        {actions}
      </header>
      <div class={narrow ? 'page-body page-narrow' : 'page-body'} tabIndex={-1}>
        {children}
      </div>
    </section>
  );
}

/** A group of things on a page, with a heading. */
export function Section({ title, help, children }: { title?: string; help?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section">
      {title && <h2 class="section-title">{title}</h2>}
      {children}
      {help && <p class="section-help">{help}</p>}
    </section>
  );
}
