// Streams one file to a room: a small one in one piece, a large one in parts that go on after a break (tus 1.0.0).
// XMLHttpRequest because it alone tells upload progress.
import { urls } from './api';
import { ApiError, asApiError, errorFromAnswer } from './errors';
import type { SentFile } from './wire';

export interface UploadJob {
  done: Promise<SentFile>;
  cancel(): void;
}

export interface Wanted {
  room: number;
  name: string;
  blob: Blob;
  /** The box's name for what it has of the file already. */
  upload: string | null;
  progress(bytes: number): void;
  began(upload: string): void;
}

export type Upload = (wanted: Wanted) => UploadJob;

/** What the box says of an upload in parts; `file` when it is whole. */
interface Place {
  id: number;
  offset: number;
  file?: SentFile | null;
}

/** Up to here one request is quicker than asking where to go on. */
const IN_ONE = 1 << 20;
/** So often the box may say that nothing has come before it is left alone. */
const PATIENCE = 3;

export function createUpload(newRequest: () => XMLHttpRequest): Upload {
  return (wanted) => {
    const line = new Line(newRequest);
    const small = wanted.upload === null && wanted.blob.size <= IN_ONE;
    return { done: small ? inOne(line, wanted) : inParts(line, wanted), cancel: () => line.stop() };
  };
}

function inOne(line: Line, { room, name, blob, progress }: Wanted): Promise<SentFile> {
  const headers = { 'Content-Type': blob.type || 'application/octet-stream' };
  return line.ask('POST', urls.upload(room, name), headers, blob, progress) as Promise<SentFile>;
}

async function inParts(line: Line, wanted: Wanted): Promise<SentFile> {
  const { blob, progress } = wanted;
  let place = (await known(line, wanted.upload)) ?? (await begin(line, wanted));
  for (let idle = 0; !place.file; ) {
    const at = place.offset;
    const url = urls.part(place.id);
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(at) };
    progress(at);
    try {
      await line.ask('PATCH', url, headers, blob.slice(at), (bytes) => progress(at + bytes));
    } catch (thrown) {
      // Another page sends it too, or what was last sent came after all: the box knows where it is.
      if (asApiError(thrown).code !== 'conflict') throw thrown;
    }
    place = (await line.ask('GET', url)) as Place;
    if (place.offset > at) idle = 0;
    else if (!place.file && ++idle >= PATIENCE) throw new ApiError('upload_interrupted', 0);
  }
  progress(blob.size);
  return place.file;
}

/** `null` when the box has forgotten it: it begins anew. */
async function known(line: Line, upload: string | null): Promise<Place | null> {
  if (upload === null) return null;
  try {
    return (await line.ask('GET', urls.part(upload))) as Place;
  } catch (thrown) {
    if (asApiError(thrown).code === 'not_found') return null;
    throw thrown;
  }
}

async function begin(line: Line, { room, name, blob, began }: Wanted): Promise<Place> {
  const place = (await line.ask('POST', urls.parts(room, name), { 'Upload-Length': String(blob.size) })) as Place;
  began(String(place.id));
  return place;
}

/** One request after another, until it is stopped. */
class Line {
  private current: XMLHttpRequest | null = null;
  private stopped = false;

  constructor(private readonly newRequest: () => XMLHttpRequest) {}

  ask(method: string, url: string, headers: Record<string, string> = {}, body: Blob | null = null, progress?: (bytes: number) => void) {
    if (this.stopped) return Promise.reject(new ApiError('cancelled', 0));
    const request = (this.current = this.newRequest());
    return new Promise<unknown>((resolve, reject) => {
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (progress) request.upload.onprogress = (event) => progress(event.loaded);
      request.onload = () => {
        const answer = parse(request.responseText);
        if (request.status >= 200 && request.status < 300) resolve(answer);
        else reject(errorFromAnswer(request.status, answer));
      };
      request.onerror = () => reject(new ApiError('unreachable', 0));
      request.onabort = () => reject(new ApiError('cancelled', 0));
      request.send(body);
    });
  }

  stop(): void {
    this.stopped = true;
    this.current?.abort();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
