import { SETTINGS } from '../../shared/settings/table.ts';
import type { Setting } from '../../shared/settings/setting.ts';

/**
 * local.settings.sample.json in the shape Azure Functions Core Tools read: what is required, what triggers read without
 * defaults, and the settings of the first rank. Not yet formatted.
 */
export function sampleSettings(): string {
  const values = SETTINGS.map((setting) => [setting.name, sampleOf(setting)] as const).filter(([, value]) => value);
  // The foreign ones come first in every sample of Microsoft's.
  const [foreign, ours] = [values.filter(([name]) => !isOurs(name)), values.filter(([name]) => isOurs(name))];
  return JSON.stringify({ IsEncrypted: false, Values: Object.fromEntries([...foreign, ...ours]) });
}

const isOurs = (name: string): boolean => name.startsWith('SPILLWAY_');

const sampleOf = ({ sample, rank, binding, default: usual }: Setting): string | undefined =>
  sample ?? (rank === 'first' || binding ? usual : undefined);
