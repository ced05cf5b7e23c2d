// A poster for the wall: made once, printed or photographed, and the box is ready.
import { api, setUp } from '../../app/wiring';
import { t } from '../../core/i18n';
import { useLoad } from '../../ui/load';
import { Shown } from '../box/box-page';
import { Poster } from '../invites/poster';
import { openHouse } from '../outside/join';
import { Step } from './step';

export function PosterStep() {
  const invite = useLoad(async () => {
    const { invite } = setUp.draft.peek();
    if (invite !== null) return api.invite(invite);
    const made = await api.makeInvite({ rooms: [], expires_in_s: null, max_uses: null, guest: false });
    setUp.change({ invite: made.invite.id });
    return made;
  }, []);
  const start = () => {
    setUp.end();
    openHouse();
  };
  return (
    <Step step="poster" title={t('setup_poster_title')} onNext={start} next={t('claim_done')}>
      <p class="soft">{t('setup_poster_help')}</p>
      <Shown of={invite}>{(made) => <Poster {...made} />}</Shown>
    </Step>
  );
}
