// The common head of the pages behind "Me".
import type { ComponentChildren } from 'preact';
import { wide } from '../../app/navigation';
import { formatRoute, type MePage } from '../../core/router';
import { Page } from '../../ui/page';

export function MePageFrame({ title, from = 'menu', children }: { title: string; from?: MePage; children: ComponentChildren }) {
  const back = wide.value && from === 'menu' ? undefined : formatRoute({ at: 'me', page: from });
  return (
    <Page title={title} back={back} narrow>
      {children}
    </Page>
  );
}
