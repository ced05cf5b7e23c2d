// What was said but is not on the box's disk yet. Keeps it over reloads, sends it again with the same id until the
// box acknowledges, and says plainly when it cannot. Knows frames and uploads; nothing of how rooms look.
import { signal, type Signal } from '@preact/signals';
import { ApiError, asApiError, type AppErrorCode } from './errors';
import { isSavedList, savedFrom, type Saved } from './outbox-saved';
import { readJson, type TextStore } from './storage';
import type { Upload, UploadJob } from './upload';
import type { ClientFrame, FrameOf, SentFile } from './wire';

export interface PendingFile {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  /** The bytes, while this page lives; not kept over a reload. */
  readonly blob: Blob | null;
  /** Bytes that the box has taken so far. */
  readonly progress: Signal<number>;
  /** What the box made of it, once it is there. */
  readonly sent: SentFile | null;
}

export interface Pending {
  readonly clientId: string;
  readonly room: number;
  readonly text: string;
  readonly replyTo: number | null;
  readonly files: readonly PendingFile[];
  readonly at: number;
  readonly state: 'uploading' | 'waiting' | 'sending' | 'sent' | 'failed';
  readonly error: AppErrorCode | null;
  /** Its place in the room, once acknowledged. */
  readonly seq: number | null;
}

export interface OutboxDeps {
  store: TextStore;
  upload: Upload;
  /** False when the line is down. */
  send(frame: ClientFrame): boolean;
  newId(): string;
  now(): number;
  setTimer(run: () => void, ms: number): number;
}

const ACK_TIMEOUT_MS = 20_000;

export class Outbox {
  readonly items = signal<readonly Pending[]>([]);
  private readonly jobs = new Map<string, UploadJob>();
  private online = false;
  private key: string | null = null;

  constructor(private readonly deps: OutboxDeps) {}

  /**
   * Takes up what `user` left over, in this tab or another; nobody else's words are ever said in their name. Each tab
   * keeps its own, so that none forgets another's. Said twice by two tabs it still counts once: the id is the same.
   */
  restore(user: number): void {
    const { store } = this.deps;
    const prefix = `outbox.${user}.`;
    const saved = new Map<string, Saved>();
    for (const key of store.keys(prefix)) {
      for (const item of readJson(store, key, isSavedList) ?? []) saved.set(item.clientId, item);
      store.remove(key);
    }
    this.key = prefix + this.deps.newId();
    this.items.value = [...saved.values()].sort((a, b) => a.at - b.at).map(pendingFrom);
    this.save();
  }

  forget(): void {
    for (const job of this.jobs.values()) job.cancel();
    this.jobs.clear();
    this.items.value = [];
    this.save();
    this.key = null;
  }

  say(room: number, text: string, blobs: readonly File[], replyTo: number | null): void {
    const files = blobs.map((blob) => ({
      key: this.deps.newId(),
      name: blob.name,
      size: blob.size,
      mediaType: blob.type || 'application/octet-stream',
      blob,
      progress: signal(0),
      sent: null,
    }));
    const item: Pending = {
      clientId: this.deps.newId(),
      room,
      text,
      replyTo,
      files,
      at: this.deps.now(),
      state: 'waiting',
      error: null,
      seq: null,
    };
    this.items.value = [...this.items.value, item];
    this.save();
    this.push(item);
  }

  /** The line is up and everything missed was taken: what the box still has not acknowledged goes again. */
  lineUp(): void {
    this.online = true;
    for (const item of this.items.peek()) if (item.state === 'waiting' || item.state === 'sending') this.push(item);
  }

  lineDown(): void {
    this.online = false;
  }

  retry(clientId: string): void {
    const item = this.change(clientId, { state: 'waiting', error: null });
    if (item) this.push(item);
  }

  /** Takes it back: nothing more is sent. What the box has acknowledged stays said. */
  discard(clientId: string): void {
    const item = this.find(clientId);
    for (const file of item?.files ?? []) this.jobs.get(file.key)?.cancel();
    this.remove(clientId);
  }

  acknowledged(frame: FrameOf<'ack'>): void {
    this.change(frame.client_id, { state: 'sent', seq: frame.seq, error: null });
    this.save();
  }

  /** Events arrived: what they carry needs no outbox any more. */
  arrived(room: number, has: (item: Pending) => boolean): void {
    const left = this.items.peek().filter((item) => item.room !== room || !has(item));
    if (left.length === this.items.peek().length) return;
    this.items.value = left;
    this.save();
  }

  refused(clientId: string, code: AppErrorCode, retryAfterS?: number): void {
    const error = new ApiError(code, 0, retryAfterS);
    this.fail(clientId, error);
  }

  private push(item: Pending): void {
    const file = item.files.find((one) => !one.sent);
    if (file) void this.uploadNext(item, file);
    else this.sendNow(item);
  }

  private sendNow(item: Pending): void {
    if (!this.online) {
      this.change(item.clientId, { state: 'waiting' });
      return;
    }
    const files = item.files.flatMap((file) => (file.sent ? [file.sent.id] : []));
    const handed = this.deps.send({
      t: 'send',
      client_id: item.clientId,
      room: item.room,
      text: item.text,
      files,
      reply_to: item.replyTo,
    });
    this.change(item.clientId, { state: handed ? 'sending' : 'waiting' });
    if (handed) this.deps.setTimer(() => this.remind(item.clientId), ACK_TIMEOUT_MS);
  }

  /** No acknowledgement yet: say it again, the box knows the id. */
  private remind(clientId: string): void {
    const item = this.find(clientId);
    if (item?.state === 'sending' && this.online) this.sendNow(item);
  }

  private async uploadNext(item: Pending, file: PendingFile): Promise<void> {
    if (!file.blob) {
      this.change(item.clientId, { state: 'failed', error: 'upload_interrupted' });
      return;
    }
    if (this.jobs.has(file.key)) return;
    this.change(item.clientId, { state: 'uploading', error: null });
    const job = this.deps.upload(item.room, file.name, file.blob, (bytes) => (file.progress.value = bytes));
    this.jobs.set(file.key, job);
    try {
      const sent = await job.done;
      this.jobs.delete(file.key);
      const current = this.find(item.clientId);
      if (!current) return;
      const files = current.files.map((one) => (one.key === file.key ? { ...one, sent } : one));
      const next = this.change(item.clientId, { files });
      this.save();
      if (next) this.push(next);
    } catch (thrown) {
      this.jobs.delete(file.key);
      this.fail(item.clientId, asApiError(thrown));
    }
  }

  private fail(clientId: string, error: ApiError): void {
    if (error.code === 'cancelled') return;
    if (error.code === 'rate_limited' || error.code === 'busy') {
      this.change(clientId, { state: 'waiting' });
      this.deps.setTimer(() => this.wake(clientId), 1000 * (error.retryAfterS ?? 2));
      return;
    }
    const later = error.code === 'unreachable' && !this.online;
    this.change(clientId, later ? { state: 'waiting' } : { state: 'failed', error: error.code });
  }

  private wake(clientId: string): void {
    const item = this.find(clientId);
    if (item?.state === 'waiting' && this.online) this.push(item);
  }

  private find(clientId: string): Pending | undefined {
    return this.items.peek().find((item) => item.clientId === clientId);
  }

  private change(clientId: string, change: Partial<Pending>): Pending | undefined {
    let changed: Pending | undefined;
    this.items.value = this.items.peek().map((item) => (item.clientId === clientId ? (changed = { ...item, ...change }) : item));
    return changed;
  }

  private remove(clientId: string): void {
    this.items.value = this.items.peek().filter((item) => item.clientId !== clientId);
    this.save();
  }

  private save(): void {
    if (this.key === null) return;
    const open = this.items.peek().filter((item) => item.state !== 'sent');
    if (open.length === 0) this.deps.store.remove(this.key);
    else this.deps.store.set(this.key, JSON.stringify(open.map(savedFrom)));
  }
}

function pendingFrom(saved: Saved): Pending {
  const files = saved.files.map((file) => ({
    key: file.key,
    name: file.name,
    size: file.size,
    mediaType: file.mediaType,
    blob: null,
    progress: signal(file.sent ? file.size : 0),
    sent: file.sent,
  }));
  return { ...saved, files, state: 'waiting', error: null, seq: null };
}
