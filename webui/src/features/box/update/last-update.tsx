// What became of the last update: kept, or put back and why.
import type { LastUpdate } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { fullTime } from '../../../core/when';
import { Callout } from '../../../ui/callout';

export function LastUpdateNote({ last }: { last: LastUpdate }) {
  const { outcome, version, at } = last;
  const when = at != null && <p>{t('update_last_when', { when: fullTime(at) })}</p>;
  if (outcome === 'committed')
    return (
      <Callout kind="good" title={t('update_last_kept', { version })}>
        {when}
      </Callout>
    );
  return (
    <Callout kind="warn" title={t('update_last_back', { version })}>
      <p>
        {whyBack(last)} {t('update_last_back_help')}
      </p>
      {when}
    </Callout>
  );
}

/** In a sentence. */
export function whyBack({ reason }: LastUpdate): string {
  return t(`update_why_${reason ?? 'unknown'}`);
}
