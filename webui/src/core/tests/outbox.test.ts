// What somebody typed must reach the box once: not never, not twice, over every kind of break.
import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors';
import { Outbox } from '../outbox';
import type { TextStore } from '../storage';
import type { Upload } from '../upload';
import type { ClientFrame, SentFile } from '../wire';

const ME = 7;

let instances = 0;

function setUp(kept = new Map<string, string>()) {
  const instance = ++instances;
  const store: TextStore = {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
  const frames: Extract<ClientFrame, { t: 'send' }>[] = [];
  const timers: (() => void)[] = [];
  const uploads: { name: string; resolve: (file: SentFile) => void; reject: (error: ApiError) => void; cancelled: boolean }[] = [];
  const upload: Upload = (_room, name) => {
    let job!: (typeof uploads)[number];
    const done = new Promise<SentFile>((resolve, reject) => (job = { name, resolve, reject, cancelled: false }));
    uploads.push(job);
    return { done, cancel: () => void (job.cancelled = true) };
  };
  let ids = 0;
  const outbox = new Outbox({
    store,
    upload,
    send: (frame) => (frame.t === 'send' && frames.push(frame), true),
    newId: () => `id${++ids}-${instance}`,
    now: () => 1,
    setTimer: (run) => timers.push(run),
  });
  outbox.restore(ME);
  return { outbox, frames, timers, uploads, kept };
}

const states = (outbox: Outbox) => outbox.items.value.map((item) => item.state);
const sentFile = (id: number): SentFile => ({ id, name: 'a.jpg', media_type: 'image/jpeg', size: 3, blake3: '', thumbnail: true });
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a message', () => {
  test('said offline waits and goes out once when the line is up', () => {
    const { outbox, frames } = setUp();
    outbox.say(1, 'hello', [], null);
    expect([states(outbox), frames.length]).toEqual([['waiting'], 0]);
    outbox.lineUp();
    expect([states(outbox), frames.length]).toEqual([['sending'], 1]);
  });

  test('without acknowledgement goes again with the same id after the line broke', () => {
    const { outbox, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, 'hello', [], null);
    outbox.lineDown();
    outbox.lineUp();
    expect(frames.length).toBe(2);
    expect(frames[0]!.client_id).toBe(frames[1]!.client_id);
  });

  test('survives a reload of the page with its id', () => {
    const { outbox, frames, kept } = setUp();
    outbox.lineUp();
    outbox.say(1, 'hello', [], 4);
    const again = setUp(kept);
    again.outbox.lineUp();
    expect(again.frames).toEqual(frames);
  });

  test('is never said in another person’s name', () => {
    const { outbox, kept } = setUp();
    outbox.say(1, 'secret', [], null);
    const other = setUp(kept);
    other.outbox.restore(ME + 1);
    other.outbox.lineUp();
    expect(other.frames).toEqual([]);
  });

  test('in one tab is not forgotten because another tab is done', () => {
    const { outbox, kept } = setUp();
    const other = setUp(kept);
    outbox.say(1, 'from the first tab', [], null);
    other.outbox.say(1, 'from the second', [], null);
    other.outbox.lineUp();
    other.outbox.acknowledged({ t: 'ack', client_id: other.outbox.items.value[0]!.clientId, room: 1, seq: 5, at: 0 });
    const again = setUp(kept);
    expect(again.outbox.items.value.map((item) => item.text)).toEqual(['from the first tab']);
  });

  test('once acknowledged is not kept for the next visit', () => {
    const { outbox, kept } = setUp();
    outbox.lineUp();
    outbox.say(1, 'hello', [], null);
    outbox.acknowledged({ t: 'ack', client_id: outbox.items.value[0]!.clientId, room: 1, seq: 5, at: 0 });
    expect([states(outbox), kept.size]).toEqual([['sent'], 0]);
    outbox.arrived(1, (item) => item.seq === 5);
    expect(outbox.items.value).toEqual([]);
  });

  test('that the box refuses stays, says why, and can be tried again', () => {
    const { outbox, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, 'hello', [], null);
    const { clientId } = outbox.items.value[0]!;
    outbox.refused(clientId, 'disk_full');
    expect(outbox.items.value[0]).toMatchObject({ state: 'failed', error: 'disk_full', text: 'hello' });
    outbox.retry(clientId);
    expect(frames.map((frame) => frame.client_id)).toEqual([clientId, clientId]);
  });

  test('that came too often is tried again by itself', () => {
    const { outbox, frames, timers } = setUp();
    outbox.lineUp();
    outbox.say(1, 'hello', [], null);
    outbox.refused(outbox.items.value[0]!.clientId, 'rate_limited', 3);
    expect(states(outbox)).toEqual(['waiting']);
    timers[timers.length - 1]!();
    expect([states(outbox), frames.length]).toEqual([['sending'], 2]);
  });

  test('keeps its place among others: first said, first sent', () => {
    const { outbox, frames } = setUp();
    for (const text of ['one', 'two', 'three']) outbox.say(1, text, [], null);
    outbox.lineUp();
    expect(frames.map((frame) => frame.text)).toEqual(['one', 'two', 'three']);
  });
});

describe('photos', () => {
  const photo = () => new File(['abc'], 'a.jpg', { type: 'image/jpeg' });

  test('go up first, then the message with all of them', async () => {
    const { outbox, frames, uploads } = setUp();
    outbox.lineUp();
    outbox.say(1, 'look', [photo(), photo()], null);
    uploads[0]!.resolve(sentFile(11));
    await settle();
    uploads[1]!.resolve(sentFile(12));
    await settle();
    expect(frames).toMatchObject([{ text: 'look', files: [11, 12] }]);
  });

  test('are uploaded only once, though the message goes twice', async () => {
    const { outbox, frames, uploads } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    uploads[0]!.resolve(sentFile(11));
    await settle();
    outbox.lineDown();
    outbox.lineUp();
    expect([uploads.length, frames.length]).toEqual([1, 2]);
  });

  test('whose upload broke can be tried again from the same bytes', async () => {
    const { outbox, uploads, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    uploads[0]!.reject(new ApiError('unreachable', 0));
    await settle();
    expect(states(outbox)).toEqual(['failed']);
    outbox.retry(outbox.items.value[0]!.clientId);
    uploads[1]!.resolve(sentFile(11));
    await settle();
    expect(frames).toMatchObject([{ files: [11] }]);
  });

  test('that were taken back stop and are not sent', async () => {
    const { outbox, uploads, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    outbox.discard(outbox.items.value[0]!.clientId);
    uploads[0]!.resolve(sentFile(11));
    await settle();
    expect([uploads[0]!.cancelled, frames, outbox.items.value]).toEqual([true, [], []]);
  });

  test('that were lost with the page are said to be lost, and the words stay', () => {
    const { outbox, kept } = setUp();
    outbox.say(1, 'look', [photo()], null);
    const again = setUp(kept);
    again.outbox.lineUp();
    expect(again.outbox.items.value[0]).toMatchObject({ state: 'failed', error: 'upload_interrupted', text: 'look' });
  });
});
