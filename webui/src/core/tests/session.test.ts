// Who is waiting must come in by themselves, and who was signed out must see nothing more.
import { describe, expect, test } from 'vitest';
import type { Api } from '../api';
import { ApiError } from '../errors';
import { Session } from '../session';
import type { BoxInfo, Me } from '../wire';

const me = (status: string): Me => ({
  user: { id: 1, handle: 'a', name: 'A', role: 'member', status, avatar: null, online: true },
  device: 1,
  has_password: false,
});
const box = (change: Partial<BoxInfo> = {}): BoxInfo => ({
  id: 'aa',
  name: 'House',
  version: '1',
  state: 'claimed',
  join_mode: 'invite',
  addresses: [],
  max_file_bytes: 1,
  password_min_length: 8,
  edit_minutes: 0,
  probe: '',
  me: null,
  claim_reopened: false,
  in_app_browser: false,
  ...change,
});

function setUp(...answers: (BoxInfo | 'down')[]) {
  const timers: (() => void)[] = [];
  const log: string[] = [];
  let last: BoxInfo | 'down' = 'down';
  const api = {
    box: () => {
      last = answers.shift() ?? last;
      return last === 'down' ? Promise.reject(new ApiError('unreachable', 0)) : Promise.resolve(last);
    },
    signOut: () => Promise.resolve(),
  } as unknown as Api;
  const session = new Session({
    api,
    bind: (id) => log.push(`bind ${id}`),
    startAfresh: () => log.push('start afresh'),
    enter: () => log.push('enter'),
    leave: () => log.push('leave'),
    claimAgain: () => Promise.resolve(false),
    rest: () => log.push('rest'),
    setTimer: (run) => timers.push(run),
  });
  const tick = async () => {
    timers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { session, log, tick, timers };
}

describe('opening the page', () => {
  test.each([
    [box({ state: 'fresh' }), 'fresh'],
    [box(), 'outside'],
    [box({ in_app_browser: true }), 'in_app'],
    [box({ me: me('pending') }), 'waiting'],
    [box({ me: me('suspended') }), 'suspended'],
    [box({ me: me('active') }), 'inside'],
    [box({ me: me('active'), in_app_browser: true }), 'inside'],
  ])('leads to the right face', async (answer, phase) => {
    const { session } = setUp(answer);
    await session.open();
    expect(session.phase.value).toBe(phase);
  });

  test('keeps trying while the box is away', async () => {
    const { session, tick } = setUp('down', box());
    await session.open();
    expect(session.phase.value).toBe('unreachable');
    await tick();
    expect(session.phase.value).toBe('outside');
  });
});

describe('waiting for a yes', () => {
  test('goes in by itself, through an outage', async () => {
    const { session, tick, log } = setUp(box({ me: me('pending') }), 'down', box({ me: me('pending') }), box({ me: me('active') }));
    await session.open();
    for (let round = 0; round < 3; round++) await tick();
    expect([session.phase.value, log]).toEqual(['inside', ['bind aa', 'enter']]);
  });

  test('says so when the answer was no, and lets start over', async () => {
    const { session, tick } = setUp(box({ me: me('pending') }), box());
    await session.open();
    await tick();
    expect(session.phase.value).toBe('refused');
    session.startOver();
    expect(session.phase.value).toBe('outside');
  });
});

describe('being signed out from elsewhere', () => {
  test('closes everything and says it', async () => {
    const { session, log } = setUp(box({ me: me('active') }), box());
    await session.open();
    await session.check();
    expect([session.phase.value, session.wasSignedOut.value, log]).toEqual(['outside', true, ['bind aa', 'enter', 'rest']]);
  });

  test('is not believed while the box is just away', async () => {
    const { session } = setUp(box({ me: me('active') }), 'down');
    await session.open();
    await session.check();
    expect(session.phase.value).toBe('inside');
  });
});

describe('being suspended', () => {
  test('shuts out at once and asks again only by hand', async () => {
    const { session, log, timers } = setUp(box({ me: me('active') }), box({ me: me('suspended') }), box({ me: me('active') }));
    await session.open();
    session.suspended();
    expect([session.phase.value, log, timers.length]).toEqual(['suspended', ['bind aa', 'enter', 'rest'], 0]);
    await session.open();
    expect([session.phase.value, timers.length]).toEqual(['suspended', 0]);
    await session.open();
    expect([session.phase.value, log]).toEqual(['inside', ['bind aa', 'enter', 'rest', 'enter']]);
  });

  test('while the line was down is noticed when the box is asked', async () => {
    const { session, log } = setUp(box({ me: me('active') }), box({ me: me('suspended') }));
    await session.open();
    await session.check();
    expect([session.phase.value, log]).toEqual(['suspended', ['bind aa', 'enter', 'rest']]);
  });
});

describe('signing out', () => {
  test('by oneself leaves nothing behind', async () => {
    const { session, log } = setUp(box({ me: me('active') }));
    await session.open();
    await session.signOut();
    expect([session.phase.value, log]).toEqual(['outside', ['bind aa', 'enter', 'leave']]);
  });
});

describe('another box at the same address', () => {
  const other = box({ id: 'bb', state: 'fresh' });

  test('shuts the page and begins afresh, and whoever was inside keeps what they had not sent', async () => {
    const { session, log } = setUp(box({ me: me('active') }), other);
    await session.open();
    await session.check();
    expect([session.phase.value, log]).toEqual(['loading', ['bind aa', 'enter', 'rest', 'start afresh']]);
  });

  test('lets nobody in on a page of the box before, though it has people of the same numbers', async () => {
    const { session, log } = setUp(box(), box({ id: 'bb', me: me('active') }));
    await session.open();
    await session.entered(me('active'));
    expect([session.phase.value, log]).toEqual(['loading', ['bind aa', 'start afresh']]);
  });

  test('asks nobody to wait for a yes of the box before', async () => {
    const { session, tick, log, timers } = setUp(box({ me: me('pending') }), other);
    await session.open();
    await tick();
    expect([log, timers.length]).toEqual([['bind aa', 'start afresh'], 0]);
  });

  test('is not seen in an outage, or in a new name', async () => {
    const { session, log } = setUp(box({ me: me('active') }), 'down', box({ name: 'New', me: me('active') }));
    await session.open();
    await session.check();
    await session.check();
    expect([session.phase.value, session.box.value?.name, log]).toEqual(['inside', 'New', ['bind aa', 'enter']]);
  });
});
