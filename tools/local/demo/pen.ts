// Colours, where the terminal has them: NO_COLOR, FORCE_COLOR, TERM=dumb and output to a file are respected.

import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Colours of the charts, which stand behind others too. */
export const BACKGROUND = {
  green: 'bgGreen',
  magenta: 'bgMagenta',
  cyan: 'bgCyan',
  yellow: 'bgYellow',
} as const satisfies Record<string, Style>;

export type Colour = keyof typeof BACKGROUND;

export interface Pen {
  colours: boolean;
  paint(style: Style, text: string): string;
}

/** Leaves every text as it is. */
export const plainPen: Pen = { colours: false, paint: (_, text) => text };

export function penFor(stream: WriteStream): Pen {
  if (!stream.hasColors()) return plainPen;
  return { colours: true, paint: (style, text) => styleText(style, text, { validateStream: false }) };
}
