// Messages that members showed to those who run the box: read, and something done about them, or nothing.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../../app/notices';
import { people, sync } from '../../../app/wiring';
import type { AnswerReport, Report, ReportPage, ReportPerson } from '../../../core/admin-wire';
import { called } from '../../../core/called';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { fullTime } from '../../../core/when';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { Dialog } from '../../../ui/dialog';
import { TextArea } from '../../../ui/field';
import { useAction } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { Broken, Empty, Skeleton } from '../../../ui/states';
import { usePages } from '../../../ui/use-pages';
import { admin } from '../admin';
import { BoxPageFrame, Refusal } from '../box-page';
import { ReportFiles } from './report-files';
import '../entries.css';

export function Reports() {
  const round = useSignal(0);
  const open = usePages<ReportPage>('', (_, before) => admin.reports({ before }), round.value);
  const answered = usePages<ReportPage>('', (_, before) => admin.reports({ answered: true, before }), round.value);
  const waiting = open.pages?.flatMap((page) => page.reports) ?? [];
  const done = answered.pages?.flatMap((page) => page.reports) ?? [];
  return (
    <BoxPageFrame title={t('box_reports')} from="security">
      <Section help={t('reports_help')}>
        {open.error ? (
          <Broken code={open.error} onRetry={open.reload} />
        ) : !open.pages ? (
          <Skeleton />
        ) : waiting.length === 0 ? (
          // Below stands what was answered: no picture between.
          done.length > 0 ? <Callout kind="good" title={t('reports_none')} /> : <Empty icon="check" title={t('reports_none')} />
        ) : (
          <ol class="entries">
            {waiting.map((report) => (
              <Open key={report.id} report={report} onAnswered={() => round.value++} />
            ))}
          </ol>
        )}
        {open.more && <Button onClick={open.more}>{t('show_more')}</Button>}
      </Section>
      {done.length > 0 && (
        <Section title={t('reports_answered')}>
          <ol class="entries">
            {done.map((report) => (
              <li key={report.id} class="entry">
                <Said report={report} />
                <Outcome report={report} />
              </li>
            ))}
          </ol>
          {answered.more && <Button onClick={answered.more}>{t('show_more')}</Button>}
        </Section>
      )}
    </BoxPageFrame>
  );
}

/** As they are called now. */
function nameIn({ id, name }: ReportPerson): string {
  return called(people.get(id).value, name);
}

/** The message as it was reported, and who showed it. */
function Said({ report }: { report: Report }) {
  const where = report.room_name ?? t('reports_direct');
  return (
    <>
      <p>
        <a class="box-name" href={formatRoute({ at: 'box', page: 'people', id: report.author.id })}>
          {nameIn(report.author)}
        </a>{' '}
        · {where}
      </p>
      <blockquote class="report-said">
        {report.text && <p dir="auto">{report.text}</p>}
        <ReportFiles report={report} />
      </blockquote>
      {report.reason && <p dir="auto">{t('reports_reason', { name: nameIn(report.reporter), reason: report.reason })}</p>}
      <p class="entry-note">
        {t('reports_by', { name: nameIn(report.reporter), when: fullTime(report.at) })}
        {!report.stands && !report.closed && ` · ${t('reports_gone')}`}
      </p>
    </>
  );
}

function Open({ report, onAnswered }: { report: Report; onAnswered: () => void }) {
  const asked = useSignal<'delete' | 'suspend' | 'warn' | null>(null);
  const action = useAction();
  const answer = (deeds: AnswerReport) =>
    action.run(async () => {
      await admin.answerReport(report.id, deeds);
      showNotice({ kind: 'done', text: t('reports_closed') });
      onAnswered();
    });
  const close = () => (asked.value = null);
  const name = nameIn(report.author);
  // Only owners keep owners out.
  const above = people.get(report.author.id).value?.role === 'owner' && sync.me.value?.user.role !== 'owner';
  return (
    <li class="entry">
      <Said report={report} />
      {report.room_name == null && <p class="entry-note">{t('reports_direct_help', { name, reporter: nameIn(report.reporter) })}</p>}
      <Refusal code={action.error} />
      {report.yours_to_answer ? (
        <div class="buttons">
          <Button busy={action.busy} onClick={() => answer({})}>
            {t('reports_nothing')}
          </Button>
          <Button onClick={() => (asked.value = 'warn')}>{t('reports_warn')}</Button>
          {report.stands && (
            <Button kind="danger" onClick={() => (asked.value = 'delete')}>
              {t('reports_delete')}
            </Button>
          )}
          {!above && (
            <Button kind="danger" onClick={() => (asked.value = 'suspend')}>
              {t('reports_suspend')}
            </Button>
          )}
        </div>
      ) : (
        <Callout kind="info">
          <p>{t('reports_not_yours')}</p>
        </Callout>
      )}
      {asked.value === 'delete' && (
        <Confirm title={t('delete_title')} text={t('reports_delete_text')} action={t('reports_delete')} onConfirm={() => answer({ delete: true })} onClose={close} />
      )}
      {asked.value === 'suspend' && (
        <Confirm
          title={t('reports_suspend_title', { name })}
          text={t('reports_suspend_text')}
          action={t('reports_suspend')}
          onConfirm={() => answer({ delete: report.stands, suspend: true })}
          onClose={close}
        />
      )}
      {asked.value === 'warn' && <Warn report={report} onWarn={(warning) => answer({ warning })} onClose={close} />}
    </li>
  );
}

function Warn({ report, onWarn, onClose }: { report: Report; onWarn: (text: string) => void; onClose: () => void }) {
  const text = useSignal(t('reports_warning'));
  return (
    <Dialog title={t('reports_warn_title', { name: nameIn(report.author) })} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          onWarn(text.peek());
        }}
      >
        <p>{t('reports_warn_help')}</p>
        <TextArea label={t('reports_warn_label')} value={text.value} onInput={(value) => (text.value = value)} maxLength={2000} />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="main" type="submit" disabled={text.value.trim() === ''}>
            {t('send')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Outcome({ report: { closed } }: { report: Report }) {
  if (!closed) return null;
  return (
    <p class="report-outcome">
      {closed.did.length === 0 && <span class="tag">{t('reports_did_nothing')}</span>}
      {closed.did.map((deed) => (
        <span key={deed} class="tag">
          {t(`reports_did_${deed}`)}
        </span>
      ))}
      <time dateTime={new Date(closed.at).toISOString()}>{fullTime(closed.at)}</time>
    </p>
  );
}
