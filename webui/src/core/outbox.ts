// What was said but is not on the box's disk yet. Keeps it over reloads and forced sign-outs, sends it again with the
// same id until the box acknowledges, and says plainly when it cannot. Knows frames; nothing of how rooms look.
import { signal } from '@preact/signals';
import type { BlobStore } from './blob-store';
import { ApiError, type AppErrorCode } from './errors';
import { pendingFrom, savedFileKeys, savedFrom, takeSaved } from './outbox-saved';
import { Uploads, type UploadTask } from './outbox-uploads';
import type { Pending, PendingFile } from './pending';
import type { TextStore } from './storage';
import type { Upload } from './upload';
import type { ClientFrame, FrameOf, SentFile, Voice } from './wire';

export interface OutboxDeps {
  store: TextStore;
  blobs: BlobStore;
  upload: Upload;
  /** Tells the box to forget what it has of a file. */
  abandon(upload: string): void;
  /** False when the line is down. */
  send(frame: ClientFrame): boolean;
  newId(): string;
  now(): number;
  setTimer(run: () => void, ms: number): number;
}

const ACK_TIMEOUT_MS = 20_000;
const PREFIX = 'outbox.';
/** A file is tried so often by itself while the line is up. */
const UPLOAD_TRIES = 5;

export class Outbox {
  readonly items = signal<readonly Pending[]>([]);
  private readonly uploads: Uploads;
  private online = false;
  private device = -1;
  private key: string | null = null;
  /** Those that may go again only later, by client id. */
  private readonly later = new Set<string>();
  /** Those whose bytes are being looked for in this browser. */
  private readonly looking = new Set<string>();
  private readonly tries = new Map<string, number>();

  constructor(private readonly deps: OutboxDeps) {
    this.uploads = new Uploads(deps.upload, {
      began: (task, upload) => this.changeFile(task, { upload }),
      done: (task, sent) => this.uploaded(task, sent),
      failed: (task, error) => this.uploadFailed(task, error),
    });
  }

  /**
   * Takes up what `user` left over, in this tab or another; nobody else's words are ever said in their name. Each tab
   * keeps its own, so that none forgets another's. Said twice by two tabs it still counts once: the id is the same.
   */
  restore(user: number, device: number): void {
    const { store, blobs } = this.deps;
    const prefix = `${PREFIX}${user}.`;
    const items = takeSaved(store, prefix).map((saved) => pendingFrom(saved, device));
    this.device = device;
    this.key = prefix + this.deps.newId();
    this.items.value = items;
    this.save();
    blobs.keepOnly(savedFileKeys(store, PREFIX));
    for (const item of items) if (item.files.some((file) => !file.sent)) void this.findBytes(item);
  }

  /** The person is out, but not by their own choice: what they said waits for them. */
  rest(): void {
    this.save();
    this.clear();
  }

  /** The person goes: nothing of theirs stays on this device. */
  forget(): void {
    for (const item of this.items.peek()) for (const file of item.files) this.drop(file);
    this.items.value = [];
    this.save();
    this.clear();
  }

  /** `voice`: the one file is a voice note. */
  say(room: number, text: string, blobs: readonly File[], replyTo: number | null, voice: Voice | null = null): void {
    const files = blobs.map((blob) => ({
      key: this.deps.newId(),
      name: blob.name,
      size: blob.size,
      mediaType: blob.type || 'application/octet-stream',
      blob,
      progress: signal(0),
      sent: null,
      upload: null,
    }));
    const item: Pending = {
      clientId: this.deps.newId(),
      room,
      text,
      replyTo,
      files,
      voice,
      at: this.deps.now(),
      device: this.device,
      state: 'waiting',
      error: null,
      seq: null,
    };
    this.items.value = [...this.items.peek(), item];
    for (const file of files) this.deps.blobs.put(file.key, file.blob);
    this.save();
    this.pump(room);
  }

  /** The line is up and everything missed was taken: what the box still has not acknowledged goes again. */
  lineUp(): void {
    this.online = true;
    this.later.clear();
    for (const item of this.items.peek()) if (item.state === 'sending') this.change(item.clientId, { state: 'waiting' });
    for (const room of new Set(this.items.peek().map((item) => item.room))) this.pump(room);
  }

  lineDown(): void {
    this.online = false;
  }

  /** Sends what failed, was paused, or was left over. */
  retry(clientId: string): void {
    this.tries.clear();
    const item = this.change(clientId, { state: 'waiting', error: null, device: this.device });
    if (!item) return;
    this.save();
    this.pump(item.room);
  }

  /** Takes the message's files off the line until `retry`; what the box has of them is not sent again. */
  pause(clientId: string): void {
    const item = this.find(clientId);
    if (item?.state !== 'uploading') return;
    this.change(clientId, { state: 'paused' });
    for (const file of item.files) this.uploads.stop(file.key);
  }

  /** The person chose a file again whose bytes were lost. Another file starts from its beginning. */
  choose(clientId: string, key: string, blob: File): void {
    const item = this.find(clientId);
    const file = item?.files.find((one) => one.key === key);
    if (!item || !file) return;
    const same = blob.name === file.name && blob.size === file.size;
    if (!same && file.upload) this.deps.abandon(file.upload);
    const again = same ? { blob } : { blob, name: blob.name, size: blob.size, mediaType: blob.type || file.mediaType, upload: null };
    if (!same) file.progress.value = 0;
    const files = item.files.map((one) => (one.key === key ? { ...one, ...again } : one));
    this.change(clientId, { files });
    this.deps.blobs.put(key, blob);
    if (files.every((one) => one.sent || one.blob)) this.retry(clientId);
  }

  /** Takes it back: nothing more is sent. What the box has acknowledged stays said. */
  discard(clientId: string): void {
    const item = this.find(clientId);
    if (!item) return;
    for (const file of item.files) {
      if (!file.sent && file.upload) this.deps.abandon(file.upload);
      this.drop(file);
    }
    this.items.value = this.items.peek().filter((one) => one !== item);
    this.save();
    this.pump(item.room);
  }

  acknowledged(frame: FrameOf<'ack'>): void {
    const item = this.change(frame.client_id, { state: 'sent', seq: frame.seq, error: null });
    for (const file of item?.files ?? []) this.deps.blobs.remove(file.key);
    this.save();
    this.pump(frame.room);
  }

  /** Events arrived: what they carry needs no outbox any more. */
  arrived(room: number, has: (item: Pending) => boolean): void {
    const gone = this.items.peek().filter((item) => item.room === room && has(item));
    if (gone.length === 0) return;
    for (const item of gone) for (const file of item.files) this.drop(file);
    this.items.value = this.items.peek().filter((item) => !gone.includes(item));
    this.save();
    this.pump(room);
  }

  refused(clientId: string, code: AppErrorCode, retryAfterS?: number): void {
    this.fail(clientId, new ApiError(code, 0, retryAfterS));
  }

  /**
   * Sends what is due in the room, one at a time: a message that has to wait is never overtaken by a later one. Only
   * files under way hold nobody up.
   */
  private pump(room: number): void {
    if (!this.online) return;
    for (const item of this.items.peek()) {
      if (item.room !== room) continue;
      if (item.state === 'sending') return;
      if (item.state !== 'waiting') continue;
      const waits = this.later.has(item.clientId);
      if (item.files.some((file) => !file.sent)) {
        if (!waits && !this.looking.has(item.clientId)) this.uploadFiles(item);
      } else {
        if (!waits) this.sendNow(item);
        return;
      }
    }
  }

  private sendNow(item: Pending): void {
    const files = item.files.flatMap((file) => (file.sent ? [file.sent.id] : []));
    const { clientId: client_id, room, text, replyTo: reply_to, voice } = item;
    const spoken = voice ? { voice } : {};
    if (!this.deps.send({ t: 'send', client_id, room, text, files, reply_to, ...spoken })) return;
    this.change(client_id, { state: 'sending', error: null });
    this.deps.setTimer(() => this.remind(client_id), ACK_TIMEOUT_MS);
  }

  /** No acknowledgement yet: say it again, the box knows the id. */
  private remind(clientId: string): void {
    const item = this.find(clientId);
    if (item?.state === 'sending' && this.online) this.sendNow(item);
  }

  private uploadFiles(item: Pending): void {
    const missing = item.files.filter((file) => !file.sent);
    if (missing.some((file) => !file.blob)) {
      this.change(item.clientId, { state: 'failed', error: 'upload_interrupted' });
      return;
    }
    this.change(item.clientId, { state: 'uploading', error: null });
    for (const file of missing) if (file.blob) this.uploads.add({ clientId: item.clientId, room: item.room, file, blob: file.blob });
  }

  private uploaded(task: UploadTask, sent: SentFile): void {
    const item = this.changeFile(task, { sent });
    if (item?.state !== 'uploading' || item.files.some((file) => !file.sent)) return;
    this.change(item.clientId, { state: 'waiting' });
    this.pump(item.room);
  }

  private uploadFailed({ clientId, file }: UploadTask, error: ApiError): void {
    for (const one of this.find(clientId)?.files ?? []) this.uploads.stop(one.key);
    const tries = (this.tries.get(file.key) ?? 0) + 1;
    this.tries.set(file.key, tries);
    if (error.code === 'unreachable' && !this.online) this.change(clientId, { state: 'waiting' });
    else if (error.code === 'unreachable' && tries < UPLOAD_TRIES) this.waitFor(clientId, null, 2 ** tries);
    else this.fail(clientId, error);
  }

  private fail(clientId: string, error: ApiError): void {
    if (error.code === 'rate_limited' || error.code === 'busy') {
      this.waitFor(clientId, error.code, error.retryAfterS ?? 2);
      return;
    }
    const item = this.change(clientId, { state: 'failed', error: error.code });
    if (item) this.pump(item.room);
  }

  private waitFor(clientId: string, error: AppErrorCode | null, seconds: number): void {
    this.later.add(clientId);
    this.change(clientId, { state: 'waiting', error });
    this.deps.setTimer(() => {
      if (!this.later.delete(clientId)) return;
      const item = this.find(clientId);
      if (item) this.pump(item.room);
    }, 1000 * seconds);
  }

  /** The bytes of what was left over, if this browser kept them. */
  private async findBytes({ clientId, room, files }: Pending): Promise<void> {
    this.looking.add(clientId);
    for (const file of files) {
      const blob = file.sent ? null : await this.deps.blobs.get(file.key);
      if (blob) this.changeFile({ clientId, file }, { blob });
    }
    this.looking.delete(clientId);
    this.pump(room);
  }

  private find(clientId: string): Pending | undefined {
    return this.items.peek().find((item) => item.clientId === clientId);
  }

  private change(clientId: string, change: Partial<Pending>): Pending | undefined {
    let changed: Pending | undefined;
    this.items.value = this.items.peek().map((item) => (item.clientId === clientId ? (changed = { ...item, ...change }) : item));
    return changed;
  }

  private changeFile(task: { clientId: string; file: PendingFile }, change: Partial<PendingFile>): Pending | undefined {
    const files = this.find(task.clientId)?.files.map((file) => (file.key === task.file.key ? { ...file, ...change } : file));
    const item = files && this.change(task.clientId, { files });
    this.save();
    return item;
  }

  private drop(file: PendingFile): void {
    this.uploads.stop(file.key);
    this.deps.blobs.remove(file.key);
  }

  private clear(): void {
    this.uploads.stopAll();
    this.later.clear();
    this.items.value = [];
    this.key = null;
    this.online = false;
  }

  private save(): void {
    if (this.key === null) return;
    const open = this.items.peek().filter((item) => item.state !== 'sent');
    if (open.length === 0) this.deps.store.remove(this.key);
    else this.deps.store.set(this.key, JSON.stringify(open.map(savedFrom)));
  }
}
