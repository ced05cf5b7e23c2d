// A face for a person or a room: the picture, or initials on a colour that stays with the name.
import { colourOf, initials } from '../core/initials';
import type { Room, User } from '../core/wire';
import { Icon } from './icon';
import './avatar.css';

interface AvatarProps {
  name: string;
  picture?: string | null;
  size?: 's' | 'm' | 'l' | 'xl';
  online?: boolean;
}

export function Avatar({ name, picture, size = 'm', online }: AvatarProps) {
  return (
    <span class={`avatar avatar-${size}`} aria-hidden="true">
      {picture ? <img src={picture} alt="" loading="lazy" decoding="async" /> : <span class={`avatar-letters hue-${colourOf(name)}`}>{initials(name)}</span>}
      {online && <span class="avatar-online" />}
    </span>
  );
}

export function UserAvatar({ user, size, dot }: { user: User | null; size?: AvatarProps['size']; dot?: boolean }) {
  return <Avatar name={user?.name ?? ''} picture={user?.avatar} size={size} online={dot && user?.online} />;
}

export function RoomAvatar({ room, size = 'm', peer }: { room: Room; size?: AvatarProps['size']; peer?: User | null }) {
  if (room.kind === 'direct') return <UserAvatar user={peer ?? room.peer ?? null} size={size} dot />;
  if (room.picture) return <Avatar name={room.name} picture={room.picture} size={size} />;
  return (
    <span class={`avatar avatar-${size}`} aria-hidden="true">
      <span class={`avatar-letters avatar-room hue-${colourOf(room.name)}`}>
        <Icon name={room.kind === 'channel' ? 'megaphone' : room.is_default ? 'chats' : 'people'} />
      </span>
    </span>
  );
}
