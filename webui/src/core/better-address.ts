// A page that was opened by an IP address looks for a name of the box that answers from here: the name stays when the
// network gives the box another address. Asks quietly, and takes only the same box for an answer.
import type { BoxInfo, ServerAddress } from './wire';

export interface Here {
  protocol: string;
  hostname: string;
}

type Ask = (url: string, init: RequestInit) => Promise<Response>;

/** `later` runs something after that many milliseconds; a name that does not exist may take long to be said so. */
export async function findBetter(
  box: BoxInfo,
  here: Here,
  fetch: Ask,
  later: (run: () => void, ms: number) => void,
): Promise<ServerAddress | null> {
  for (const address of worthAsking(box, here)) if (await answers(address, box.probe, fetch, later)) return address;
  return null;
}

const PATIENCE_MS = 4_000;
const MOST = 3;

/** Nothing from a name, on HTTPS (the browser would refuse), or in a browser that is not to be used anyway. */
function worthAsking(box: BoxInfo, here: Here): ServerAddress[] {
  const byIp = /^[\d.]+$/.test(here.hostname) || here.hostname.startsWith('[');
  if (!byIp || here.protocol !== 'http:' || box.in_app_browser) return [];
  return box.addresses.filter((address) => address.is_name).slice(0, MOST);
}

async function answers(address: ServerAddress, word: string, fetch: Ask, later: (run: () => void, ms: number) => void): Promise<boolean> {
  const stop = new AbortController();
  later(() => stop.abort(), PATIENCE_MS);
  try {
    const init: RequestInit = { mode: 'cors', credentials: 'omit', cache: 'no-store', signal: stop.signal };
    return (await fetch(`${address.url}/api/v1/probe/${word}`, init)).status === 204;
  } catch {
    return false;
  }
}
