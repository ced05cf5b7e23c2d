// A change that waits to be confirmed: the time that is left, the way to the new address, and the way back.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PendingChange } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { TextField } from '../../../ui/field';
import { hostOf } from '../../../ui/link-share';
import { useAction } from '../../../ui/load';
import { admin } from '../admin';
import { Refusal } from '../box-page';
import { goThere, made } from './change';
import { lookAt, seen } from './look';

/** The new address gets this long to come up before the page goes there, where it cannot look first. */
const GO_MS = 4_000;
/** When the box answers nowhere for so long, its person is told what else there is. */
const STUCK_MS = 15_000;

interface WaitingProps {
  pending: PendingChange | null;
  /** The box does not answer where this page came from. */
  lost?: boolean;
  onUndone: () => void;
}

export function Waiting({ pending, lost, onUndone }: WaitingProps) {
  const mine = made.value;
  const links = mine && (!pending || mine.id === pending.id) ? mine.links : [];
  const expected = targetOf(links, pending);
  const left = useCountdown(pending?.seconds_left ?? null);
  const action = useAction();
  const went = mine?.went === true;
  const ready = lost || pending?.stage === 'up';
  const readyAt = useRef<number | null>(null);
  if (!ready) readyAt.current = null;
  else readyAt.current ??= performance.now();
  const look = seen.value;
  // What answered before the change had taken effect says nothing.
  const found = look && readyAt.current !== null && look.at > readyAt.current ? look.link : null;
  const target = found ?? expected;
  const stuck = look !== null && !found && readyAt.current !== null && look.at - readyAt.current > STUCK_MS;
  const told = (pending?.new_addresses.length ?? 0) > 0;
  // The address that the network gave out, told on another link that still answers; or the page was loaded anew.
  useEffect(() => {
    if (expected && pending && !went) lookAt(told ? [expected] : links);
  }, [expected, pending === null, told]);
  useEffect(() => {
    if (!target || !ready || went || (look && !found)) return undefined;
    const timer = window.setTimeout(() => goThere(target), found ? 0 : GO_MS);
    return () => window.clearTimeout(timer);
  }, [target, ready, went, look === null, found]);
  return (
    <Callout kind="warn" title={t(lost ? 'network_lost' : 'network_waits')} live="status">
      {left !== null && (
        <p>
          <span class="count-down" role="timer">
            {t('seconds', { n: left })}
          </span>{' '}
          {t('network_waits_left')}
        </p>
      )}
      {pending?.confirmed_by === 'box' ? (
        <p>{t('network_waits_box')}</p>
      ) : target ? (
        <>
          <p>{t(went ? 'network_went' : look && !found ? 'network_waits_look' : 'network_waits_go', { host: hostOf(target) })}</p>
          <div class="buttons">
            <a class="button button-main" href={target}>
              {t('network_go', { host: hostOf(target) })}
            </a>
          </div>
          {links.length > 1 && (
            <p>
              {t('network_or')}{' '}
              {links
                .filter((link) => link !== target)
                .map((link) => (
                  <a key={link} class="network-link" href={link}>
                    {hostOf(link)}
                  </a>
                ))}
            </p>
          )}
          {stuck && <ByHand link={target} />}
        </>
      ) : (
        <p>{t('network_waits_other')}</p>
      )}
      <p>{t('network_waits_help')}</p>
      {pending && (
        <div class="buttons">
          <Button busy={action.busy} onClick={() => action.run(() => admin.undoNetwork(pending.id).then(onUndone))}>
            {t('network_undo')}
          </Button>
        </div>
      )}
      <Refusal code={action.error} />
    </Callout>
  );
}

/** No name leads there from this device, but the box's screen shows where it is. */
function ByHand({ link }: { link: string }) {
  const host = useSignal('');
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const url = new URL(link);
        url.host = host.peek().trim();
        goThere(url.href);
      }}
    >
      <p>{t('network_stuck')}</p>
      <TextField label={t('network_stuck_address')} value={host.value} onInput={(value) => (host.value = value)} maxLength={64} required />
      <div class="buttons">
        <Button type="submit" disabled={host.value.trim() === ''}>
          {t('network_stuck_go')}
        </Button>
      </div>
    </form>
  );
}

/** Addresses that were given out are known only once the interface is up. */
function targetOf(links: readonly string[], pending: PendingChange | null): string | null {
  const [first] = links;
  if (!first) return null;
  const address = pending?.new_addresses[0];
  if (!address || links.some((link) => hostOf(link).startsWith(address.includes(':') ? `[${address}]` : address))) return first;
  const url = new URL(first);
  url.hostname = address.includes(':') ? `[${address}]` : address;
  return url.href;
}

/** Counts down by itself between two answers of the box. */
function useCountdown(seconds: number | null): number | null {
  const end = useSignal<number | null>(null);
  const now = useSignal(Date.now());
  useEffect(() => {
    if (seconds !== null) end.value = Date.now() + seconds * 1_000;
  }, [seconds]);
  useEffect(() => {
    const timer = window.setInterval(() => (now.value = Date.now()), 500);
    return () => window.clearInterval(timer);
  }, []);
  return end.value === null ? null : Math.max(0, Math.ceil((end.value - now.value) / 1_000));
}
