// What somebody typed must reach the box once: not never, not twice, over every kind of break.
import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors';
import { Outbox } from '../outbox';
import type { BlobStore } from '../blob-store';
import type { Upload } from '../upload';
import type { ClientFrame, SentFile } from '../wire';
import { memoryStore } from './memory-store';

const ME = 7;

let instances = 0;

function setUp(kept = new Map<string, string>(), bytes = new Map<string, Blob>(), device = 1) {
  const instance = ++instances;
  const store = memoryStore(kept);
  const frames: Extract<ClientFrame, { t: 'send' }>[] = [];
  const timers: (() => void)[] = [];
  const blobs: BlobStore = {
    put: (key, blob) => void bytes.set(key, blob),
    get: (key) => Promise.resolve(bytes.get(key) ?? null),
    remove: (key) => void bytes.delete(key),
    keepOnly: (keys) => [...bytes.keys()].forEach((key) => keys.has(key) || bytes.delete(key)),
  };
  const abandoned: string[] = [];
  const uploads: {
    name: string;
    upload: string | null;
    began: (upload: string) => void;
    resolve: (file: SentFile) => void;
    reject: (error: ApiError) => void;
    cancelled: boolean;
  }[] = [];
  const upload: Upload = ({ name, upload, began }) => {
    let job!: (typeof uploads)[number];
    const done = new Promise<SentFile>((resolve, reject) => (job = { name, upload, began, resolve, reject, cancelled: false }));
    uploads.push(job);
    return { done, cancel: () => void (job.cancelled = true) };
  };
  let ids = 0;
  const outbox = new Outbox({
    store,
    blobs,
    upload,
    abandon: (upload) => void abandoned.push(upload),
    send: (frame) => (frame.t === 'send' && frames.push(frame), true),
    newId: () => `id${++ids}-${instance}`,
    now: () => 1,
    setTimer: (run) => timers.push(run),
  });
  outbox.restore(ME, device);
  const ack = (index: number) => outbox.acknowledged({ t: 'ack', client_id: frames[index]!.client_id, room: frames[index]!.room, seq: 5 + index, at: 0 });
  return { outbox, frames, timers, uploads, kept, bytes, abandoned, ack };
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
    other.outbox.restore(ME + 1, 1);
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
    const { outbox, frames, ack } = setUp();
    for (const text of ['one', 'two', 'three']) outbox.say(1, text, [], null);
    outbox.lineUp();
    for (let index = 0; index < 3; index++) ack(index);
    expect(frames.map((frame) => frame.text)).toEqual(['one', 'two', 'three']);
  });

  test('that has to wait is not overtaken by a later one of its room, and holds up no other room', () => {
    const { outbox, frames, timers, ack } = setUp();
    outbox.lineUp();
    outbox.say(1, 'one', [], null);
    outbox.say(1, 'two', [], null);
    outbox.say(2, 'elsewhere', [], null);
    outbox.refused(frames[0]!.client_id, 'rate_limited', 3);
    outbox.say(1, 'three', [], null);
    expect(frames.map((frame) => frame.text)).toEqual(['one', 'elsewhere']);
    expect(outbox.items.value[0]).toMatchObject({ state: 'waiting', error: 'rate_limited' });
    timers[timers.length - 1]!();
    for (const index of [2, 3, 4]) ack(index);
    expect(frames.slice(2).map((frame) => frame.text)).toEqual(['one', 'two', 'three']);
  });

  test('that failed holds nobody up', () => {
    const { outbox, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, 'one', [], null);
    outbox.say(1, 'two', [], null);
    outbox.refused(frames[0]!.client_id, 'disk_full');
    expect(frames.map((frame) => frame.text)).toEqual(['one', 'two']);
  });
});

describe('being signed out by somebody else', () => {
  test('keeps what was not sent, out of sight, and offers it to the same person only', () => {
    const { outbox, frames, kept, bytes } = setUp();
    outbox.lineUp();
    outbox.say(1, 'one', [], null);
    outbox.rest();
    expect(outbox.items.value).toEqual([]);
    const stranger = setUp(kept, bytes, 2);
    stranger.outbox.restore(ME + 1, 2);
    expect(stranger.outbox.items.value).toEqual([]);
    outbox.restore(ME, 3);
    outbox.lineUp();
    expect(states(outbox)).toEqual(['kept']);
    expect(frames.length).toBe(1);
    outbox.retry(outbox.items.value[0]!.clientId);
    expect([states(outbox), frames.map((frame) => frame.text)]).toEqual([['sending'], ['one', 'one']]);
  });

  test('offers nothing that had arrived after all', () => {
    const { outbox, kept, bytes } = setUp();
    outbox.lineUp();
    outbox.say(1, 'one', [], null);
    const { clientId } = outbox.items.value[0]!;
    outbox.rest();
    const again = setUp(kept, bytes, 2);
    again.outbox.arrived(1, (item) => item.clientId === clientId);
    expect([again.outbox.items.value, kept.size]).toEqual([[], 0]);
  });

  test('but who signs out themselves leaves nothing behind', () => {
    const { outbox, kept, bytes } = setUp();
    outbox.say(1, 'one', [new File(['abc'], 'a.jpg')], null);
    outbox.forget();
    expect([outbox.items.value, kept.size, bytes.size]).toEqual([[], 0, 0]);
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

  test('whose upload broke are tried again from the same bytes', async () => {
    const { outbox, uploads, frames, timers } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    uploads[0]!.reject(new ApiError('unreachable', 0));
    await settle();
    expect(states(outbox)).toEqual(['waiting']);
    timers[timers.length - 1]!();
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

  test('that were lost with the page are said to be lost, the words stay, and the file can be chosen again', async () => {
    const { outbox, kept } = setUp();
    outbox.say(1, 'look', [photo()], null);
    const again = setUp(kept);
    again.outbox.lineUp();
    await settle();
    const item = again.outbox.items.value[0]!;
    expect(item).toMatchObject({ state: 'failed', error: 'upload_interrupted', text: 'look' });
    again.outbox.choose(item.clientId, item.files[0]!.key, photo());
    again.uploads[0]!.resolve(sentFile(11));
    await settle();
    expect(again.frames).toMatchObject([{ text: 'look', files: [11] }]);
  });

  test('that this browser could keep go on after a reload from where the box has them', async () => {
    const { outbox, kept, bytes, uploads } = setUp();
    outbox.lineUp();
    outbox.say(1, 'look', [photo()], null);
    uploads[0]!.began('u9');
    const again = setUp(kept, bytes);
    again.outbox.lineUp();
    await settle();
    expect(again.uploads).toMatchObject([{ name: 'a.jpg', upload: 'u9' }]);
  });

  test('are paused and go on where they were', async () => {
    const { outbox, uploads, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    uploads[0]!.began('u9');
    const { clientId } = outbox.items.value[0]!;
    outbox.pause(clientId);
    outbox.lineUp();
    expect([states(outbox), uploads.length, uploads[0]!.cancelled]).toEqual([['paused'], 1, true]);
    outbox.retry(clientId);
    expect(uploads[1]!.upload).toBe('u9');
    uploads[1]!.resolve(sentFile(11));
    await settle();
    expect(frames).toMatchObject([{ files: [11] }]);
  });

  test('go on by themselves when the line is back', async () => {
    const { outbox, uploads } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    uploads[0]!.began('u9');
    outbox.lineDown();
    uploads[0]!.reject(new ApiError('unreachable', 0));
    await settle();
    expect([states(outbox), uploads.length]).toEqual([['waiting'], 1]);
    outbox.lineUp();
    expect(uploads[1]!.upload).toBe('u9');
  });

  test('of a message that was taken back are forgotten by the box too', () => {
    const { outbox, uploads, abandoned } = setUp();
    outbox.lineUp();
    outbox.say(1, '', [photo()], null);
    uploads[0]!.began('u9');
    outbox.discard(outbox.items.value[0]!.clientId);
    expect(abandoned).toEqual(['u9']);
  });

  test('hold up no words that are said after them', () => {
    const { outbox, frames } = setUp();
    outbox.lineUp();
    outbox.say(1, 'slow', [photo()], null);
    outbox.say(1, 'quick', [], null);
    expect(frames.map((frame) => frame.text)).toEqual(['quick']);
  });
});
