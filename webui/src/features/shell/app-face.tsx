// Which of the app's faces is shown: the way in, or the inside.
import { route, session } from '../../app';
import { Notices } from '../../ui/notices';
import { Claim } from '../outside/claim';
import { InApp } from '../outside/in-app';
import { Join } from '../outside/join';
import { Returning } from '../outside/returning';
import { Ticket } from '../outside/ticket';
import { Loading, Refused, Suspended, Unreachable, Waiting } from '../outside/waiting';
import { Shell } from './shell';

export function App() {
  return (
    <>
      <Face />
      <Notices />
    </>
  );
}

function Face() {
  const at = route.value;
  switch (session.phase.value) {
    case 'loading':
      return <Loading />;
    case 'unreachable':
      return <Unreachable />;
    case 'in_app':
      return <InApp />;
    case 'waiting':
      return <Waiting />;
    case 'refused':
      return <Refused />;
    case 'suspended':
      return <Suspended />;
    case 'fresh':
      return <Claim key={at.at === 'claim' ? at.code : ''} code={at.at === 'claim' ? at.code : ''} />;
    case 'inside':
      return <Shell />;
    case 'outside':
      if (at.at === 'ticket') return <Ticket code={at.code} />;
      if (at.at === 'returning') return <Returning invite={at.code} />;
      return <Join key={at.at === 'join' ? at.code : ''} invite={at.at === 'join' ? at.code : ''} />;
  }
}
