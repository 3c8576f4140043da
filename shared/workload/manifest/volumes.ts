// Volumes of a pod, translated.

import type { Item, Source, Volume } from './kubernetes.ts';
import type { Report } from './report.ts';

export function volumeOf(volume: Volume, path: string, report: Report): unknown {
  const { emptyDir, configMap, secret, projected, azureFile, csi, gitRepo } = volume;
  if (emptyDir) return { emptyDir: {} };
  if (gitRepo) return { gitRepo };
  if (configMap) return filesOf([{ source: { configMap }, path }], path, report);
  if (secret) {
    const { secretName: name, items } = secret;
    return filesOf([{ source: { secret: { name, ...(items && { items }) } }, path }], path, report);
  }
  if (projected) {
    const sources = (projected.sources ?? []).map((source, index) => ({
      source,
      path: `${path}.projected.sources.${index}`,
    }));
    return filesOf(sources, path, report);
  }
  if (azureFile) return shareOf(azureFile, azureFile.readOnly, `${path}.azureFile`, report);
  if (csi) {
    if (csi.driver === 'file.csi.azure.com') {
      return shareOf(csi.volumeAttributes ?? {}, csi.readOnly, `${path}.csi.volumeAttributes`, report);
    }
    const message = 'is refused: container groups know no drivers';
    report.problem(`${path}.csi.driver`, message, 'file.csi.azure.com', csi.driver);
    return {};
  }
  // Another source was refused by its own name.
  if (Object.keys(volume).length === 1) {
    report.problem(path, 'has no source', 'emptyDir, configMap, secret, projected, azureFile, csi or gitRepo');
  }
  return {};
}

function filesOf(sources: { source: Source; path: string }[], volume: string, report: Report): unknown {
  const files = new Map<string, string>();
  const secrets = new Map<string, string>();
  for (const { source, path } of sources) {
    const { configMap, secret } = source;
    if (configMap) {
      const at = `${path}.configMap`;
      for (const { key, path: file } of configMap.items ?? itemsOf(report.configMap(`${at}.name`, configMap.name))) {
        files.set(file, report.configValue(`${at}.items`, configMap.name, key));
      }
    }
    if (secret?.items) {
      secret.items.forEach(({ key, path: file }, index) => {
        secrets.set(file, report.setting(`${path}.secret.items.${index}`, secret.name, key));
      });
    } else if (secret) {
      const message = 'is refused without items: which keys the Secret has is not known here';
      report.problem(`${path}.secret`, message, 'items with key and path of each file');
    }
  }
  return {
    ...(files.size > 0 && { files: report.map(volume, files) }),
    ...(secrets.size > 0 && { secret: report.map(volume, secrets) }),
  };
}

const itemsOf = (data: Record<string, string>): Item[] => Object.keys(data).map((key) => ({ key, path: key }));

function shareOf(
  { shareName, secretName }: { shareName?: string; secretName?: string },
  readOnly: boolean | undefined,
  path: string,
  report: Report,
): unknown {
  if (shareName === undefined || secretName === undefined) {
    report.problem(path, 'does not say which share', 'shareName and secretName');
    return {};
  }
  return {
    azureFile: {
      share: shareName,
      accountSetting: report.setting(path, secretName, 'azurestorageaccountname'),
      keySetting: report.setting(path, secretName, 'azurestorageaccountkey'),
      ...(readOnly !== undefined && { readOnly }),
    },
  };
}
