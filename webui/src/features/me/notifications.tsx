// Who may be called when, by what, and what this device can do at all: said as it is.
import { api, showError, sync } from '../../app/wiring';
import { canNotify, canVibrate, notifies, setNotifies, setVibration, vibration } from '../../app/alerts';
import { setSound, sound } from '../../app/preferences';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { clockOf, FOR_GOOD, minuteFrom, nextAt } from '../../core/quiet';
import { format } from '../../core/when';
import type { Quiet } from '../../core/wire';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Card } from '../../ui/list';
import { Section } from '../../ui/page';
import { Switch } from '../../ui/switch';
import { MePageFrame } from './me-page';

const HOUR_MS = 3_600_000;
const MORNING = 8 * 60;
const NIGHT = { from: 22 * 60, to: 7 * 60 };

export function Notifications() {
  const quiet: Quiet = sync.me.value?.quiet ?? {};
  const set = (change: Partial<Quiet>) => {
    const { hours, until } = { ...quiet, ...change };
    void api.setQuiet({ ...(hours ? { hours } : {}), ...(until ? { until } : {}) }).catch(showError);
  };
  const until = (quiet.until ?? 0) > boxNow() ? quiet.until : null;
  return (
    <MePageFrame title={t('notifications')}>
      <Section title={t('dnd')} help={t('dnd_help')}>
        {until ? (
          <div class="buttons" role="status">
            <span>{until >= FOR_GOOD ? t('dnd_on') : t('dnd_until', { when: format({ weekday: 'long', hour: 'numeric', minute: '2-digit' }, until) })}</span>
            <Button onClick={() => set({ until: null })}>{t('dnd_end')}</Button>
          </div>
        ) : (
          <div class="buttons">
            <Button icon="bell" onClick={() => set({ until: boxNow() + HOUR_MS })}>{t('dnd_hour')}</Button>
            <Button icon="bell" onClick={() => set({ until: nextAt(boxNow(), MORNING) })}>{t('dnd_morning')}</Button>
            <Button icon="bell" onClick={() => set({ until: FOR_GOOD })}>{t('dnd_ever')}</Button>
          </div>
        )}
      </Section>
      <Section>
        <Card>
          <Switch label={t('quiet_hours')} help={t('quiet_hours_help')} on={quiet.hours != null} onChange={(on) => set({ hours: on ? NIGHT : null })} />
        </Card>
        {quiet.hours && (
          <div class="quiet-hours">
            <TimeField label={t('quiet_from')} minute={quiet.hours.from} onChange={(from) => set({ hours: { from, to: quiet.hours!.to } })} not={quiet.hours.to} />
            <TimeField label={t('quiet_to')} minute={quiet.hours.to} onChange={(to) => set({ hours: { from: quiet.hours!.from, to } })} not={quiet.hours.from} />
          </div>
        )}
      </Section>
      <Section title={t('on_this_device')}>
        <Card>
          <Switch label={t('sound')} help={t('sound_help')} on={sound.value} onChange={setSound} />
          {canVibrate && <Switch label={t('vibration')} on={vibration.value} onChange={setVibration} />}
          {canNotify && <Switch label={t('system_notifications')} help={t('system_notifications_help')} on={notifies.value} onChange={(on) => void setNotifies(on)} />}
        </Card>
      </Section>
      <Section title={t('what_works')}>
        <ul class="me-facts">
          <li>{t('works_open')}</li>
          <li>{t('works_behind')}</li>
          <li>{t('works_closed')}</li>
          {!canNotify && <li>{t('works_no_https')}</li>}
        </ul>
      </Section>
    </MePageFrame>
  );
}

interface TimeFieldProps {
  label: string;
  minute: number;
  /** The other end: no hours are between a time and itself. */
  not: number;
  onChange: (minute: number) => void;
}

function TimeField({ label, minute, not, onChange }: TimeFieldProps) {
  return (
    <TextField
      label={label}
      type="time"
      value={clockOf(minute)}
      onInput={(value) => {
        const next = minuteFrom(value);
        if (next !== null && next !== not) onChange(next);
      }}
    />
  );
}
