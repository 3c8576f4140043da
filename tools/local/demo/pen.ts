// Colours, where the terminal has them: NO_COLOR, FORCE_COLOR, TERM=dumb and output to a file are respected.

import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

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
