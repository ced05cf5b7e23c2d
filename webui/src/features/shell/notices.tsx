// Short words at the edge of the screen about what just happened; they go by themselves.
import { notices } from '../../app/notices';
import { errorText } from '../../ui/error-text';
import { Icon } from '../../ui/icon';
import './notices.css';

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <p key={notice.id} class={`notice notice-${notice.kind}`}>
          <Icon name={notice.kind === 'error' ? 'alert' : 'check'} />
          <span>{notice.code ? errorText(notice.code) : notice.text}</span>
        </p>
      ))}
    </div>
  );
}
