// The inside: which panes are on the screen. One on a phone; list, room and details side by side where there is room.
import { useEffect } from 'preact/hooks';
import { listed, openRoom, route, wide } from '../../app/navigation';
import { shownFile, switching } from '../../app/state';
import { isAdmin, rooms } from '../../app/wiring';
import { t } from '../../core/i18n';
import type { Route } from '../../core/router';
import { lazy } from '../../ui/lazy';
import { Empty } from '../../ui/states';
import { PeopleList } from '../people/people';
import { Person } from '../people/person';
import { Room } from '../room/room';
import { RoomList } from '../rooms/room-list';
import { SignInQuestion } from '../me/sign-in-question';
import { track } from '../../app/playing';
import { Announcer } from './announcer';
import { Elsewhere } from './elsewhere';
import { LineBar } from './line-bar';
import { MoveOffer } from './move-offer';
import { Tabs, tabOf } from './tabs';
import './shell.css';

const Details = lazy(async () => (await import('../details/details')).Details);
const Viewer = lazy(async () => (await import('../viewer/viewer')).Viewer);
const ShownFile = lazy(async () => (await import('../viewer/shown-file')).ShownFile);
const MeMenu = lazy(async () => (await import('../me/menu')).MeMenu);
const MePages = lazy(async () => (await import('../me/pages')).MePages);
const Invites = lazy(async () => (await import('../invites/invites')).Invites);
const InvitePage = lazy(async () => (await import('../invites/invite')).InvitePage);
const Requests = lazy(async () => (await import('../requests/requests')).Requests);
const BoxSide = lazy(async () => (await import('../box/side')).BoxSide);
const BoxPages = lazy(async () => (await import('../box/pages')).BoxPages);
const Search = lazy(async () => (await import('../search/search')).Search);
const Mentions = lazy(async () => (await import('../search/mentions')).Mentions);
const PlayingBar = lazy(async () => (await import('../voice/playing-bar')).PlayingBar);
const Starred = lazy(async () => (await import('../search/starred')).Starred);
const Switcher = lazy(async () => (await import('../rooms/switcher')).Switcher);
const NewGroup = lazy(async () => (await import('../rooms/new-group')).NewGroup);

function useSwitcherKey(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      // What is asked in a dialog is answered first.
      if (!document.querySelector('[role=dialog]')) switching.value = true;
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

export function Shell() {
  useSwitcherKey();
  const at = route.value;
  const main = mainPane(at);
  const isWide = wide.value;
  const details = at.at === 'room' && at.pane !== 'talk';
  return (
    <div class={`shell ${isWide ? 'shell-wide' : 'shell-one'} ${details ? 'shell-details' : ''}`}>
      {isWide && <SkipLink />}
      <LineBar />
      <MoveOffer />
      {track.value && <PlayingBar />}
      <div class="shell-panes">
        {(isWide || !main) && (
          <div class="side">
            {isWide ? <div class="side-list">{sidePane(at)}</div> : <main class="side-list">{sidePane(at)}</main>}
            <Tabs at={at} />
          </div>
        )}
        {isWide || main ? <main id="main" class="main" tabIndex={-1}>{isWide ? (main ?? restingPane()) : details ? detailsPane(at) : main}</main> : null}
        {isWide && details && <aside class="aside">{detailsPane(at)}</aside>}
      </div>
      {at.at === 'room' && at.photo !== undefined && <Viewer room={at.room} photo={at.photo} />}
      {shownFile.value && <ShownFile file={shownFile.value} />}
      {switching.value && <Switcher />}
      <Elsewhere />
      <SignInQuestion />
      <Announcer />
    </div>
  );
}

/** The first stop of the keyboard: past the lists, to what is open. */
function SkipLink() {
  return (
    <a
      class="skip"
      href="#main"
      onClick={(event) => {
        // The address is the app's own: the browser must not follow it.
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      {t('skip')}
    </a>
  );
}

function sidePane(at: Route) {
  switch (tabOf(at)) {
    case 'people':
      return <PeopleList />;
    case 'me':
      return <MeMenu />;
    case 'box':
      if (!isAdmin.value) return <RoomList />;
      return wide.value ? <BoxSide /> : <BoxPages page="home" />;
    case 'chats':
      if (listed.value === 'search') return <Search room={at.at === 'search' ? at.room : undefined} />;
      if (listed.value === 'mentions') return <Mentions />;
      return listed.value === 'starred' ? <Starred /> : <RoomList />;
  }
}

/** What stands beside the list, or instead of it on a phone; `null`: nothing is opened. */
function mainPane(at: Route) {
  switch (at.at) {
    case 'room':
      return <Room key={at.room} room={at.room} message={at.message} />;
    case 'person':
      return <Person key={at.user} user={at.user} />;
    case 'new-group':
      return <NewGroup />;
    case 'me':
      return at.page === 'menu' ? null : <MePages key={at.page} page={at.page} />;
    case 'invites':
      return <Invites />;
    case 'invite':
      return <InvitePage key={at.invite} invite={at.invite} pane={at.pane} />;
    case 'requests':
      return <Requests />;
    case 'box':
      // On a phone the list of pages is below what one sees at a glance.
      return isAdmin.value && (wide.value || at.page !== 'home') ? <BoxPages key={`${at.page}${at.id ?? ''}`} page={at.page} id={at.id} /> : null;
    default:
      return null;
  }
}

function detailsPane(at: Route) {
  return at.at === 'room' ? <Details key={`${at.room}${at.pane}`} room={at.room} pane={at.pane} /> : null;
}

function restingPane() {
  const room = openRoom.value;
  if (room !== null && rooms.get(room)) return <Room key={room} room={room} />;
  return <Empty icon="chats" title={t('pick_a_room')} />;
}
