// Why a file cannot be had: a picture that fails to load says nothing, and a download that fails says it in the browser's words.
import { urls } from './api';
import { errorFromAnswer, type AppErrorCode } from './errors';

/** Asks for the first byte. `null`: it can be had, now at least. */
export async function fileFault(file: number): Promise<AppErrorCode | null> {
  try {
    const answer = await fetch(urls.file(file), { credentials: 'same-origin', cache: 'no-store', headers: { Range: 'bytes=0-0' } });
    // A file without bytes has no first one.
    if (answer.ok || answer.status === 416) return null;
    return errorFromAnswer(answer.status, await answer.json()).code;
  } catch {
    return 'unreachable';
  }
}
