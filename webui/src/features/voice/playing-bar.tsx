// What plays while its room is not open: whose it is, pause, speed, and a way to end it.
import { openRoom, route, wide } from '../../app/navigation';
import { playing, position, stop, toggle, track } from '../../app/playing';
import { people } from '../../app/wiring';
import { called } from '../../core/called';
import { clockLength } from '../../core/levels';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { IconButton } from '../../ui/button';
import { Speed } from './note';
import './voice.css';

export function PlayingBar() {
  const now = track.value;
  const at = route.value;
  const shown = at.at === 'room' ? at.room : wide.value ? openRoom.value : null;
  if (!now?.said || now.said.room === shown) return null;
  const { room, seq, sender } = now.said;
  return (
    <div class="playing-bar" role="region" aria-label={t('voice_message')}>
      <IconButton icon={playing.value ? 'pause' : 'play'} label={t(playing.value ? 'pause' : 'voice_play')} onClick={() => toggle(now)} />
      <a class="playing-whose" href={formatRoute({ at: 'room', room, pane: 'talk', message: seq })}>
        {called(people.get(sender).value)}
      </a>
      <span class="voice-time">{`${clockLength(position.value)} / ${clockLength(now.durationMs)}`}</span>
      <Speed />
      <IconButton icon="close" label={t('close')} onClick={stop} />
    </div>
  );
}
