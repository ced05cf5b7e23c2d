// Every address of the box, and the way to be there as the same person.
import { session } from '../../app/wiring';
import { t } from '../../core/i18n';
import type { ServerAddress } from '../../core/wire';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { hostOf } from '../../ui/link-share';
import { Card, Row } from '../../ui/list';
import { useAction } from '../../ui/load';
import { Section } from '../../ui/page';
import { MePageFrame } from './me-page';
import { moveTo } from './move-to';

export function Addresses() {
  const addresses = session.box.value?.addresses ?? [];
  const action = useAction();
  const move = (address: ServerAddress) =>
    action.run(() => moveTo(address));
  return (
    <MePageFrame title={t('addresses')}>
      <p class="section-help">{t('addresses_help')}</p>
      <Section>
        <Card>
          {addresses.map((address) => {
            const here = hostOf(address.url) === location.host;
            return (
              <Row
                key={address.url}
                title={hostOf(address.url)}
                note={here ? t('address_here') : address.is_name ? t('address_name') : t('address_ip')}
                end={
                  !here && (
                    <Button kind="plain" busy={action.busy} onClick={() => move(address)}>
                      {t('address_move')}
                    </Button>
                  )
                }
              />
            );
          })}
        </Card>
        {action.error && (
          <p class="field-error" role="alert">
            {errorText(action.error)}
          </p>
        )}
      </Section>
    </MePageFrame>
  );
}
