// The system's log: filter, go back in it, follow it, take it along.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { showError } from '../../../app/wiring';
import { adminUrls, type LogQuery } from '../../../core/admin-api';
import type { LogEntry, LogSeverity } from '../../../core/admin-wire';
import { asApiError, type AppErrorCode } from '../../../core/errors';
import { t } from '../../../core/i18n';
import { format } from '../../../core/when';
import { Button, IconLink } from '../../../ui/button';
import { Choice, TextField } from '../../../ui/field';
import { Card } from '../../../ui/list';
import { Broken, Empty, Skeleton } from '../../../ui/states';
import { Switch } from '../../../ui/switch';
import { admin } from '../admin';
import { BoxPageFrame } from '../box-page';
import '../entries.css';

type Level = 'all' | 'warning' | 'error';
const FOLLOW_MS = 2_000;
const REST_MS = 300;
/** Lines kept on the page; older ones are asked for again. */
const MOST = 1_000;

const BAD: ReadonlySet<LogSeverity> = new Set(['emergency', 'alert', 'critical', 'error']);

export function Log() {
  const level = useSignal<Level>('all');
  const text = useSignal('');
  const start = useSignal(false);
  const follow = useSignal(false);
  const lines: LogQuery = {
    severity: level.value === 'all' ? undefined : level.value,
    q: text.value.trim() || undefined,
    this_start: start.value ? '' : undefined,
  };
  return (
    <BoxPageFrame title={t('box_log')} actions={<IconLink icon="download" label={t('download')} href={adminUrls.log(lines)} download="imbox-log.txt" />}>
      <div class="box-form">
        <Choice
          label={t('log_level')}
          value={level.value}
          options={(['all', 'warning', 'error'] as const).map((value) => ({ value, label: t(`log_${value}`) }))}
          onChange={(value) => (level.value = value)}
        />
        <TextField label={t('log_find')} value={text.value} onInput={(value) => (text.value = value)} maxLength={60} />
        <Card>
          <Switch label={t('log_this_start')} on={start.value} onChange={(on) => (start.value = on)} />
          <Switch label={t('log_follow')} help={t('log_follow_help')} on={follow.value} onChange={(on) => (follow.value = on)} />
        </Card>
      </div>
      <Lines key={JSON.stringify(lines)} lines={lines} follow={follow.value} />
    </BoxPageFrame>
  );
}

/** Newest first: that is what one looks for. */
function Lines({ lines, follow }: { lines: LogQuery; follow: boolean }) {
  const entries = useSignal<readonly LogEntry[] | null>(null);
  const error = useSignal<AppErrorCode | null>(null);
  const older = useSignal(false);
  const round = useSignal(0);
  const live = useRef(true);
  useEffect(() => {
    live.current = true;
    const load = () =>
      admin.log(lines, {}).then(
        (page) => {
          if (!live.current) return;
          entries.value = [...page.entries].reverse();
          older.value = page.more;
          error.value = null;
        },
        (thrown: unknown) => live.current && (error.value = asApiError(thrown).code),
      );
    const timer = window.setTimeout(() => void load(), lines.q ? REST_MS : 0);
    return () => {
      live.current = false;
      window.clearTimeout(timer);
    };
  }, [round.value]);
  useEffect(() => {
    if (!follow) return undefined;
    const timer = window.setInterval(() => {
      const newest = entries.peek()?.[0];
      if (document.visibilityState !== 'visible') return;
      if (!newest) {
        round.value++;
        return;
      }
      // A line of the log that is gone by now is no news: the next question asks anew.
      void admin.log(lines, { after: newest.cursor }).then(
        (page) => {
          if (live.current && page.entries.length > 0 && entries.peek()?.[0] === newest)
            entries.value = [...[...page.entries].reverse(), ...(entries.peek() ?? [])].slice(0, MOST);
        },
        () => undefined,
      );
    }, FOLLOW_MS);
    return () => window.clearInterval(timer);
  }, [follow]);
  const more = () => {
    const shown = entries.peek() ?? [];
    const last = shown[shown.length - 1];
    if (!last) return;
    admin.log(lines, { before: last.cursor }).then((page) => {
      entries.value = [...shown, ...[...page.entries].reverse()];
      older.value = page.more;
    }, showError);
  };
  if (error.value) return <Broken code={error.value} onRetry={() => round.value++} />;
  if (entries.value === null) return <Skeleton rows={5} />;
  if (entries.value.length === 0) return <Empty icon="search" title={t('log_none')} />;
  return (
    <>
      <ol class="entries">
        {entries.value.map((entry) => (
          <li key={entry.cursor} class={`entry ${BAD.has(entry.severity) ? 'entry-bad' : entry.severity === 'warning' ? 'entry-warn' : ''}`}>
            <p class="entry-note">
              <time dateTime={new Date(entry.at).toISOString()}>{exactly(entry.at)}</time> · {entry.program}
              {BAD.has(entry.severity) ? ` · ${t('log_is_error')}` : entry.severity === 'warning' ? ` · ${t('log_is_warning')}` : ''}
            </p>
            <p class="entry-text">{entry.message}</p>
          </li>
        ))}
      </ol>
      {older.value && <Button onClick={more}>{t('log_older')}</Button>}
    </>
  );
}

function exactly(at: number): string {
  return format({ month: 'numeric', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit' }, at);
}
