// Sends one large file with progress. XMLHttpRequest because it alone tells it.
import { ApiError, errorFromAnswer } from '../../../core/errors';

export interface SendJob<T> {
  done: Promise<T>;
  cancel(): void;
}

export function sendFile<T>(url: string, file: Blob, progress: (bytes: number) => void, headers: Readonly<Record<string, string>> = {}): SendJob<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open('POST', url);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(errorFromAnswer(request.status, request.response));
    };
    request.onerror = () => reject(new ApiError('unreachable', 0));
    request.onabort = () => reject(new ApiError('cancelled', 0));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
