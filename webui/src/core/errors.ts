// What can go wrong, as one type: the box's own codes and the three that only a client can find out.
import type { ErrorBody, ErrorCode } from './wire';

/** The box's codes, and: no answer at all, an answer that isn't the box's, and taken back by the person. */
export type AppErrorCode = ErrorCode | 'unreachable' | 'bad_answer' | 'cancelled';

export class ApiError extends Error {
  constructor(
    readonly code: AppErrorCode,
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** Seconds after which trying again makes sense. */
    readonly retryAfterS?: number,
    /** Which value is wrong, with `invalid_setting`. */
    readonly field?: string,
  ) {
    super(code);
    this.name = 'ApiError';
  }

  /** Would the same request work later without anybody changing anything? */
  get passes(): boolean {
    return PASSING.has(this.code) || (this.code === 'bad_answer' && this.status >= 500);
  }
}

const PASSING: ReadonlySet<AppErrorCode> = new Set(['unreachable', 'busy', 'rate_limited', 'timeout']);

/** Any thrown thing as an `ApiError`. */
export function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError('bad_answer', 0);
}

/** Reads an error answer; whatever isn't the box's shape (a proxy, a captive portal) is `bad_answer`. */
export function errorFromAnswer(status: number, body: unknown): ApiError {
  const error = (body as Partial<ErrorBody> | null)?.error;
  if (!error || typeof error.code !== 'string') return new ApiError('bad_answer', status);
  return new ApiError(error.code, status, error.retry_after_s ?? undefined, error.field ?? undefined);
}
