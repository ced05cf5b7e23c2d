// The box's clock: what it says, who sets it, and "set from this phone".
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { showNotice } from '../../app/notices';
import type { ChangeClock, ClockState } from '../../core/admin-wire';
import { languageTag, t } from '../../core/i18n';
import { fullTime } from '../../core/when';
import { Button } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { Confirm } from '../../ui/confirm';
import { TextField } from '../../ui/field';
import { Card } from '../../ui/list';
import { useAction, useLoad } from '../../ui/load';
import { Section } from '../../ui/page';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import { admin } from './admin';
import { BoxPageFrame, Refusal, Shown } from './box-page';

/** Less than this nobody notices. */
const SAME_MS = 5_000;

export function Clock() {
  const clock = useLoad(async () => ({ state: await admin.clock(), heardAt: Date.now() }), []);
  const take = (state: ClockState) => clock.set({ state, heardAt: Date.now() });
  return (
    <BoxPageFrame title={t('box_clock')}>
      <Shown of={clock}>
        {({ state, heardAt }) => (
          <>
            <Now state={state} skew={state.now - heardAt} onSet={take} />
            <Zone state={state} onSet={take} />
            {state.ntp !== null && state.ntp !== undefined && <Servers key={state.servers.join()} state={state} onSet={take} />}
          </>
        )}
      </Shown>
    </BoxPageFrame>
  );
}

interface Part {
  state: ClockState;
  onSet: (state: ClockState) => void;
}

function Now({ state, skew, onSet }: Part & { skew: number }) {
  const now = useTick() + skew;
  const sure = useSignal(false);
  const action = useAction();
  const set = () => action.run(async () => {
    onSet(await admin.setTime(Date.now()));
    showNotice({ kind: 'done', text: t('clock_set_done') });
  });
  const back = (state.newest_message_at ?? 0) - Date.now() > SAME_MS;
  return (
    <Section>
      <p class="box-clock">{timeIn(state.zone, now)}</p>
      <p class="section-help box-middle">{dayIn(state.zone, now)}</p>
      {state.synchronised ? (
        <Callout kind="good" title={t('clock_synchronised', { server: state.server ?? '' })} />
      ) : Math.abs(skew) > SAME_MS ? (
        <Callout kind="warn" title={t('clock_differs')}>
          <p>{t('clock_differs_help')}</p>
        </Callout>
      ) : (
        <Callout kind="info" title={t('clock_alone')}>
          <p>{t('clock_alone_help')}</p>
        </Callout>
      )}
      {!state.synchronised && (
        <Button kind="main" icon="clock" busy={action.busy} onClick={() => (back ? (sure.value = true) : set())}>
          {t('clock_set_from_here')}
        </Button>
      )}
      <Refusal code={action.error} />
      {sure.value && (
        <Confirm
          title={t('clock_back_title')}
          text={t('clock_back_text', { when: fullTime(state.newest_message_at ?? 0) })}
          action={t('clock_set_from_here')}
          onClose={() => (sure.value = false)}
          onConfirm={set}
        />
      )}
    </Section>
  );
}

function Zone({ state, onSet }: Part) {
  const zones = useLoad(() => admin.zones(), []);
  const action = useAction();
  const here = ownZone();
  const known = zones.value ?? [state.zone];
  const change = (change: ChangeClock) => action.run(async () => onSet(await admin.changeClock(change)));
  return (
    <Section title={t('clock_zone')}>
      <Select
        label={t('clock_zone_label')}
        value={state.zone}
        options={known.map((zone) => ({ value: zone, label: zone.replace(/_/g, ' ') }))}
        onChange={(zone) => change({ zone })}
      />
      {here && here !== state.zone && known.includes(here) && (
        <Button busy={action.busy} onClick={() => change({ zone: here })}>
          {t('clock_zone_here', { zone: here.replace(/_/g, ' ') })}
        </Button>
      )}
      <Refusal code={action.error} />
    </Section>
  );
}

function Servers({ state, onSet }: Part) {
  const servers = useSignal(state.servers.join(' '));
  const action = useAction();
  const change = (change: ChangeClock) =>
    action.run(async () => {
      onSet(await admin.changeClock(change));
      showNotice({ kind: 'done', text: t('saved') });
    });
  return (
    <Section title={t('clock_servers')}>
      <Card>
        <Switch label={t('clock_ask')} help={t('clock_ask_help')} on={state.ntp === true} disabled={action.busy} onChange={(ntp) => change({ ntp })} />
      </Card>
      {state.ntp && (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            change({ servers: servers.peek().split(/[\s,;，；]+/).filter(Boolean) });
          }}
        >
          <TextField
            label={t('clock_servers_label')}
            help={state.offered_servers.length > 0 ? t('clock_servers_offered', { servers: state.offered_servers.join(', ') }) : t('clock_servers_help')}
            value={servers.value}
            onInput={(value) => (servers.value = value)}
            placeholder="192.168.1.1"
          />
          <Button type="submit" busy={action.busy}>
            {t('save')}
          </Button>
        </form>
      )}
      <Refusal code={action.error} />
    </Section>
  );
}

/** This device's time, once a second. */
function useTick(): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => (now.value = Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return now.value;
}

function timeIn(zone: string, at: number): string {
  return inZone(zone, at, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
}

function dayIn(zone: string, at: number): string {
  return inZone(zone, at, { dateStyle: 'full' });
}

/** Browsers don't know every zone of the tz database. */
function inZone(timeZone: string, at: number, how: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(languageTag.value, { ...how, timeZone }).format(at);
  } catch {
    return new Intl.DateTimeFormat(languageTag.value, how).format(at);
  }
}

function ownZone(): string | undefined {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
