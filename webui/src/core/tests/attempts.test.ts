// If these fail, an owner whose line broke at the wrong moment is locked out, or somebody comes in twice.
import { expect, test } from 'vitest';
import { Attempts } from '../attempts';
import { ApiError } from '../errors';
import { memoryStore } from './memory-store';

function setUp() {
  const store = memoryStore();
  let made = 0;
  const attempts = () => new Attempts({ store, newSecret: () => `secret ${++made}` });
  const tryWith = async (what: string, failure?: ApiError) => {
    let used = '';
    // Each time as after a reload of the page.
    const asked = attempts().run(what, (secret) => {
      used = secret;
      return failure ? Promise.reject(failure) : Promise.resolve();
    });
    await asked.catch((thrown: unknown) => expect(thrown).toBe(failure));
    return used;
  };
  return { attempts, tryWith };
}

test.each([
  new ApiError('unreachable', 0),
  new ApiError('bad_answer', 200),
  new ApiError('bad_answer', 502),
  new ApiError('internal', 500),
  new ApiError('disk_full', 507),
  new ApiError('rate_limited', 429),
])('after $message ($status) the same is asked with the same secret, until it is answered', async (failure) => {
  const { attempts, tryWith } = setUp();
  const secret = await tryWith('claim.ABCD', failure);
  expect(attempts().unanswered('claim.')).toEqual(['claim.ABCD']);
  expect(await tryWith('claim.ABCD')).toBe(secret);
  expect(attempts().unanswered('claim.')).toEqual([]);
  expect(await tryWith('claim.ABCD')).not.toBe(secret);
});

test('after a plain no, and for anything else, it is another secret', async () => {
  const { attempts, tryWith } = setUp();
  const refused = await tryWith('join.ABCD', new ApiError('invite_expired', 410));
  expect(attempts().unanswered('')).toEqual([]);
  const lost = await tryWith('join.ABCD', new ApiError('unreachable', 0));
  expect(lost).not.toBe(refused);
  expect(await tryWith('join.EFGH')).not.toBe(lost);
});
