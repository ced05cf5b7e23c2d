// One step of the set-up: where one is, what is asked, on and back.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { go } from '../../app/navigation';
import type { AppErrorCode } from '../../core/errors';
import { t } from '../../core/i18n';
import { formatRoute, SETUP_STEPS, type OtherWay, type SetupStep } from '../../core/router';
import { Button, ButtonLink } from '../../ui/button';
import { Refusal } from '../box/box-page';
import { Frame } from '../outside/frame';
import './step.css';

interface StepProps {
  step: Exclude<SetupStep, OtherWay>;
  title: string;
  children: ComponentChildren;
  onNext: () => void;
  next?: string;
  busy?: boolean;
  ready?: boolean;
  error?: AppErrorCode | null;
  /** Other ways on, below. */
  ways?: ComponentChildren;
}

export function Step({ step, title, children, onNext, next = t('next'), busy = false, ready = true, error = null, ways }: StepProps) {
  const form = useRef<HTMLFormElement>(null);
  const index = SETUP_STEPS.indexOf(step);
  const before = SETUP_STEPS[index - 1];
  useEffect(() => {
    // Where one goes on reading or typing; a poster is looked at first.
    const first = form.current?.querySelector<HTMLElement>('input:not([type=radio]):not(.hidden)');
    if (first) first.focus();
    else form.current?.closest('main')?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, [step]);
  return (
    <Frame title={title} asksLanguage={step === 'language'}>
      <ol class="steps-bar" aria-label={t('setup_progress', { i: index + 1, n: SETUP_STEPS.length })}>
        {SETUP_STEPS.map((one, at) => (
          <li key={one} class={at <= index ? 'steps-done' : ''} aria-current={at === index ? 'step' : undefined}>
            <span class="hidden">{t(`setup_step_${one}`)}</span>
          </li>
        ))}
      </ol>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onNext();
        }}
      >
        {children}
        <Refusal code={error} />
        <Button kind="main" type="submit" busy={busy} disabled={!ready}>
          {next}
        </Button>
      </form>
      {ways}
      {before && (
        <ButtonLink kind="plain" href={formatRoute({ at: 'setup', step: before })}>
          {t('back')}
        </ButtonLink>
      )}
    </Frame>
  );
}

export function goTo(step: SetupStep): void {
  go({ at: 'setup', step });
}
