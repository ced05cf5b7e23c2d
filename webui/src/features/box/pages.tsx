// The admin pages by their address.
import type { BoxPage } from '../../core/router';
import { About } from './about';
import { Audit } from './audit';
import { Backup } from './backup/backup';
import { Charts } from './health/charts';
import { InvitePage } from '../invites/invite';
import { Invites } from '../invites/invites';
import { Clock } from './clock';
import { Health } from './health/health';
import { Home } from './home';
import { Log } from './health/log';
import { NamePage } from './name';
import { Address } from './network/address';
import { Hotspot } from './network/hotspot';
import { Network } from './network/network';
import { Wifi } from './network/wifi';
import { Import } from './people/import';
import { People } from './people/people';
import { Person } from './people/person';
import { Power } from './power';
import { Reports } from './rooms/reports';
import { Reset } from './reset';
import { Room } from './rooms/room';
import { Rooms } from './rooms/rooms';
import { Security } from './security';
import { Sessions } from './people/sessions';
import { Storage } from './storage/storage';
import { Updates } from './update/updates';

export function BoxPages({ page, id }: { page: BoxPage; id?: number }) {
  switch (page) {
    case 'people':
      return id === undefined ? <People /> : <Person key={id} id={id} />;
    case 'import':
      return <Import />;
    case 'invites':
      return id === undefined ? <Invites /> : <InvitePage key={id} invite={id} pane="show" />;
    case 'poster':
      return <InvitePage key={id} invite={id ?? 0} pane="poster" />;
    case 'rooms':
      return id === undefined ? <Rooms /> : <Room key={id} id={id} />;
    case 'storage':
      return <Storage />;
    case 'backup':
      return <Backup />;
    case 'charts':
      return <Charts />;
    case 'reset':
      return <Reset />;
    case 'security':
      return <Security />;
    case 'sessions':
      return <Sessions />;
    case 'reports':
      return <Reports />;
    case 'audit':
      return <Audit />;
    case 'name':
      return <NamePage />;
    case 'network':
      return <Network />;
    case 'address':
      return <Address key={id} index={id ?? 0} />;
    case 'wifi':
      return <Wifi />;
    case 'hotspot':
      return <Hotspot />;
    case 'clock':
      return <Clock />;
    case 'power':
      return <Power />;
    case 'updates':
      return <Updates />;
    case 'health':
      return <Health />;
    case 'log':
      return <Log />;
    case 'about':
      return <About />;
    default:
      return <Home />;
  }
}
