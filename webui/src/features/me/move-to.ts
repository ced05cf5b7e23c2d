// Opens the box at another of its addresses, as the same person and device.
import { api } from '../../app/wiring';
import type { ServerAddress } from '../../core/wire';

export async function moveTo(address: ServerAddress): Promise<void> {
  const { link } = await api.handOver(address.url);
  window.location.assign(link);
}
