// Every call goes to a route that the box has: a wrong path is a button that does nothing.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { adminUrls, createAdminApi } from '../admin-api';
import { createApi, urls } from '../api';
import { ApiError } from '../errors';

const contract = JSON.parse(readFileSync(new URL('../../../../imd/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
};

/** The contract's operation for a call, with the query parameters that it takes. */
function operationOf(method: string, url: string): { query: string[] } | null {
  const path = url.split('?')[0]!;
  const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const exact = Object.keys(contract.paths).find((template) => template === path) ?? Object.keys(contract.paths).find(fits);
  const operation = exact && contract.paths[exact]?.[method.toLowerCase()];
  if (!operation) return null;
  return { query: (operation.parameters ?? []).filter((one) => one.in === 'query').map((one) => one.name) };
}

function expectRoute(method: string, url: string): void {
  const operation = operationOf(method, url);
  expect(operation, `${method} ${url}`).not.toBeNull();
  const used = [...new URLSearchParams(url.split('?')[1] ?? '').keys()];
  expect(used.filter((name) => !operation!.query.includes(name)), `${method} ${url}`).toEqual([]);
}

describe('the routes', () => {
  test('that the app calls are all there, and take what they are given', async () => {
    const calls: [string, string][] = [];
    const api = createApi((url, init) => {
      calls.push([init?.method ?? 'GET', url]);
      return Promise.resolve(new Response('{}'));
    });
    // Called with numbers all over: only the addresses are looked at. `events` alone takes an object.
    const given = (name: string) => (name === 'events' ? [1, { before: 2, limit: 3 }] : [1, 2, 3]);
    const { call: _, ...routes } = api;
    const admin = createAdminApi(api.call);
    for (const [name, call] of [...Object.entries(routes), ...Object.entries(admin)]) await (call as (...args: unknown[]) => Promise<unknown>)(...given(name));
    await api.events(1, { after: 2, limit: 3 });
    expect(calls.length).toBe(Object.keys(routes).length + Object.keys(admin).length + 1);
    for (const [method, url] of calls) expectRoute(method, url);
  });

  test('that the browser loads by itself are all there', () => {
    for (const url of [urls.file(1), urls.download(1), urls.thumbnail(1), urls.inviteQr(1, 2), urls.ticketQr('AB', 0)]) expectRoute('GET', url);
    expectRoute('POST', urls.upload(1, 'a b&c.txt'));
    for (const url of [adminUrls.auditCsv, adminUrls.log({ q: 'a', severity: 'error', this_start: '' })]) expectRoute('GET', url);
    expectRoute('POST', adminUrls.bundle('a b.raucb'));
  });
});

describe('an act that needs the password once more', () => {
  const box = (entered: boolean[]) => {
    const asked: string[] = [];
    const fetch = (url: string) => {
      asked.push(url);
      const fresh = asked.length > 1;
      return Promise.resolve(
        fresh ? new Response('{"name":"Garden House"}') : new Response('{"error":{"code":"fresh_password_required","message":""}}', { status: 403 }),
      );
    };
    return { asked, admin: createAdminApi(createApi(fetch, async () => entered.shift() ?? false).call) };
  };

  test('is done once it was entered, without being asked for again', async () => {
    const { asked, admin } = box([true]);
    await expect(admin.changeSettings({ name: 'Garden House' })).resolves.toEqual({ name: 'Garden House' });
    expect(asked).toEqual(['/api/v1/admin/settings', '/api/v1/admin/settings']);
  });

  test('is not done when it was not entered', async () => {
    const { asked, admin } = box([false]);
    await expect(admin.changeSettings({ name: 'Garden House' })).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked.length).toBe(1);
  });
});

describe('an answer', () => {
  const answering = (answer: Response | Error) =>
    createApi(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));

  test('that does not come is told apart from one that says no', async () => {
    await expect(answering(new Error('net')).box()).rejects.toMatchObject({ code: 'unreachable' });
    const no = new Response('{"error":{"code":"forbidden","message":""}}', { status: 403 });
    await expect(answering(no).box()).rejects.toEqual(new ApiError('forbidden', 403));
  });

  test('of a captive portal is not mistaken for the box’s', async () => {
    await expect(answering(new Response('<html>Welcome to Free WiFi', { status: 200 })).box()).rejects.toMatchObject({ code: 'bad_answer' });
  });
});
