// Which of the app's faces is shown: the way in, or the inside.
import { route } from '../../app/navigation';
import { passwordAsked } from '../../app/password';
import { session, setUp } from '../../app/wiring';
import { lazy } from '../../ui/lazy';
import { Notices } from './notices';
import { InApp } from '../outside/in-app';
import { Join } from '../outside/join';
import { Returning } from '../outside/returning';
import { Ticket } from '../outside/ticket';
import { Loading, Refused, Suspended, Unreachable, Waiting } from '../outside/waiting';
import { Shell } from './shell';

const SetUp = lazy(async () => (await import('../setup/set-up')).SetUp);
const ClaimAgain = lazy(async () => (await import('../setup/claim-again')).ClaimAgain);
const PasswordQuestion = lazy(async () => (await import('../box/password-question')).PasswordQuestion);
const ConfirmNetwork = lazy(async () => (await import('../box/network/confirm')).ConfirmNetwork);

export function App() {
  return (
    <>
      <Face />
      {passwordAsked.value && <PasswordQuestion />}
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
  }
  // Needs no sign-in: the code in the address is enough.
  if (at.at === 'network') return <ConfirmNetwork key={at.code} token={at.code} />;
  switch (session.phase.value) {
    case 'waiting':
      return <Waiting />;
    case 'refused':
      return <Refused />;
    case 'suspended':
      return <Suspended />;
    case 'fresh':
      return <SetUp />;
    case 'inside':
      // Somebody who lives here and holds the box.
      if (at.at === 'claim' && session.box.value?.claim_reopened) return <ClaimAgain key={at.code} code={at.code} />;
      return setUp.draft.value.claimed ? <SetUp /> : <Shell />;
    case 'outside':
      if (at.at === 'claim') return <ClaimAgain key={at.code} code={at.code} />;
      if (at.at === 'ticket') return <Ticket code={at.code} />;
      if (at.at === 'returning') return <Returning invite={at.code} />;
      return <Join key={at.at === 'join' ? at.code : ''} invite={at.at === 'join' ? at.code : ''} />;
  }
}
