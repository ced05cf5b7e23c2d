// The pages behind "Me".
import type { MePage } from '../../core/router';
import { Addresses } from './addresses';
import { Devices } from './devices';
import { Look } from './look';
import { Notifications } from './notifications';
import { Password } from './password';
import { Profile } from './profile';
import { NewTicket } from './new-ticket';

export function MePages({ page }: { page: Exclude<MePage, 'menu'> }) {
  switch (page) {
    case 'profile':
      return <Profile />;
    case 'password':
      return <Password />;
    case 'devices':
      return <Devices />;
    case 'ticket':
      return <NewTicket />;
    case 'look':
      return <Look />;
    case 'notifications':
      return <Notifications />;
    case 'addresses':
      return <Addresses />;
  }
}
