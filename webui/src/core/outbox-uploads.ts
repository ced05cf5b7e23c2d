// The files of waiting messages on their way up: a few at a time, each stopped and started again as the outbox says.
import { asApiError, type ApiError } from './errors';
import type { PendingFile } from './pending';
import type { Upload, UploadJob } from './upload';
import type { SentFile } from './wire';

export interface UploadTask {
  clientId: string;
  room: number;
  file: PendingFile;
  blob: Blob;
}

export interface UploadEars {
  /** The box knows the file by this name from now on, and can go on where it stopped. */
  began(task: UploadTask, upload: string): void;
  done(task: UploadTask, sent: SentFile): void;
  failed(task: UploadTask, error: ApiError): void;
}

/** More would only slow each other down on a phone's radio. */
const AT_ONCE = 3;

export class Uploads {
  private readonly running = new Map<string, UploadJob>();
  private readonly queue: UploadTask[] = [];

  constructor(
    private readonly upload: Upload,
    private readonly ears: UploadEars,
  ) {}

  /** Does nothing for a file that is on its way already. */
  add(task: UploadTask): void {
    const { key } = task.file;
    if (this.running.has(key) || this.queue.some((one) => one.file.key === key)) return;
    this.queue.push(task);
    this.next();
  }

  /** Takes the file's bytes off the line; what the box has of it stays there. */
  stop(key: string): void {
    const waits = this.queue.findIndex((one) => one.file.key === key);
    if (waits >= 0) this.queue.splice(waits, 1);
    const job = this.running.get(key);
    this.running.delete(key);
    job?.cancel();
    this.next();
  }

  stopAll(): void {
    this.queue.length = 0;
    for (const key of [...this.running.keys()]) this.stop(key);
  }

  private next(): void {
    while (this.running.size < AT_ONCE) {
      const task = this.queue.shift();
      if (!task) return;
      void this.run(task);
    }
  }

  private async run(task: UploadTask): Promise<void> {
    const { file, room, blob } = task;
    const job = this.upload({
      room,
      name: file.name,
      blob,
      upload: file.upload,
      progress: (bytes) => (file.progress.value = bytes),
      began: (upload) => this.ears.began(task, upload),
    });
    this.running.set(file.key, job);
    // A job that was stopped has nothing more to say, whatever became of it.
    const current = () => this.running.get(file.key) === job && this.running.delete(file.key);
    try {
      const sent = await job.done;
      if (current()) this.ears.done(task, sent);
    } catch (thrown) {
      if (current()) this.ears.failed(task, asApiError(thrown));
    }
    this.next();
  }
}
