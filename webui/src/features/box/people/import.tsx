// Many people at once, from a table: checked line by line first, made when that was looked at.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ImportReport } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { errorText } from '../../../ui/error-text';
import { FilePicker } from '../../../ui/file-picker';
import { Card, Row } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { admin } from '../admin';
import { BoxPageFrame, Refusal } from '../box-page';
import { ToPeople } from './people';

export function Import() {
  const picker = useRef<HTMLInputElement>(null);
  const file = useSignal<File | null>(null);
  const report = useSignal<{ of: ImportReport; made: boolean } | null>(null);
  const action = useAction();
  const check = (chosen: File) =>
    action.run(async () => {
      report.value = null;
      file.value = chosen;
      report.value = { of: await admin.importPeople(chosen, 'check'), made: false };
    });
  const make = () => {
    const chosen = file.peek();
    if (chosen) action.run(async () => (report.value = { of: await admin.importPeople(chosen, 'make'), made: true }));
  };
  return (
    <BoxPageFrame title={t('import_title')} from="people">
      <p class="section-help">{t('import_help')}</p>
      <pre class="box-example">{t('import_example')}</pre>
      <div class="box-form">
        <Button kind={report.value ? 'quiet' : 'main'} icon="attach" busy={action.busy} onClick={() => picker.current?.click()}>
          {t('import_choose')}
        </Button>
        <FilePicker picker={picker} accept=".csv,text/csv,text/plain" onFiles={([chosen]) => check(chosen)} />
        <Refusal code={action.error} />
      </div>
      {report.value && <Report of={report.value.of} made={report.value.made} busy={action.busy} onMake={make} />}
    </BoxPageFrame>
  );
}

function Report({ of, made, busy, onMake }: { of: ImportReport; made: boolean; busy: boolean; onMake: () => void }) {
  const refused = of.lines.filter((line) => line.refused);
  return (
    <>
      <Callout kind={refused.length > 0 ? 'warn' : 'good'} title={t(made ? 'import_made' : 'import_would', { n: of.made })} live="status">
        {refused.length > 0 && <p>{t('import_refused', { n: refused.length })}</p>}
        {made ? (
          <>
            <p>{t('import_made_help')}</p>
            <div class="buttons">
              <ToPeople />
            </div>
          </>
        ) : (
          of.made > 0 && (
            <div class="buttons">
              <Button kind="main" busy={busy} onClick={onMake}>
                {t('import_make', { n: of.made })}
              </Button>
            </div>
          )
        )}
      </Callout>
      <Section title={t('import_lines')}>
        <Card>
          {of.lines.map((line) => (
            <Row
              key={line.line}
              icon={line.refused ? 'alert' : 'check'}
              title={line.name || '–'}
              note={line.refused ? `${t('import_line', { n: line.line })} · ${reason(line.refused)}` : t('import_line', { n: line.line })}
              danger={Boolean(line.refused)}
            />
          ))}
        </Card>
      </Section>
    </>
  );
}

function reason(code: NonNullable<ImportReport['lines'][number]['refused']>): string {
  if (code === 'conflict') return t('import_conflict');
  if (code === 'bad_request') return t('import_role');
  if (code === 'forbidden') return t('import_role_forbidden');
  return errorText(code);
}
