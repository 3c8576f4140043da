// Pieces of generated pages.

export const code = (text: string): string => `\`${text}\``;

/** A default value with its unit, as code. */
export function withUnit(value: unknown, unit: string | undefined): string {
  if (value === undefined) return 'none';
  return code(typeof value === 'string' ? value : JSON.stringify(value)) + (unit === undefined ? '' : ` ${unit}`);
}

const line = (cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

export const table = (head: string[], rows: string[][]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells))].join('\n');
