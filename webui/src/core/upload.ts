// Streams one file to a room. XMLHttpRequest because it alone tells upload progress.
import { urls } from './api';
import { ApiError, errorFromAnswer } from './errors';
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

export function createUpload(newRequest: () => XMLHttpRequest): Upload {
  return ({ room, name, blob, progress }) => {
    const request = newRequest();
    const done = new Promise<SentFile>((resolve, reject) => {
      request.open('POST', urls.upload(room, name));
      request.setRequestHeader('Content-Type', blob.type || 'application/octet-stream');
      request.upload.onprogress = (event) => progress(event.loaded);
      request.onload = () => {
        const answer = parse(request.responseText);
        if (request.status === 201 || request.status === 200) resolve(answer as SentFile);
        else reject(errorFromAnswer(request.status, answer));
      };
      request.onerror = () => reject(new ApiError('unreachable', 0));
      request.onabort = () => reject(new ApiError('cancelled', 0));
      request.send(blob);
    });
    return { done, cancel: () => request.abort() };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
