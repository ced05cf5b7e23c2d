// File sizes as people read them.
import { languageTag } from './i18n';

const SYMBOLS = ['B', 'kB', 'MB', 'GB', 'TB'];
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** "830 kB", "1.2 MB": powers of 1000, as phones count them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const maximumFractionDigits = value < 10 && unit > 1 ? 1 : 0;
  try {
    const unitDisplay = unit === 0 ? 'long' : 'short';
    return new Intl.NumberFormat(languageTag.value, { style: 'unit', unit: UNITS[unit], unitDisplay, maximumFractionDigits }).format(value);
  } catch {
    // Safari 14.0 knows no units.
    return `${value.toFixed(maximumFractionDigits)} ${SYMBOLS[unit]}`;
  }
}
