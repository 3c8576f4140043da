// A terminal that is drawn on in place. Only lines that changed are written, so nothing flickers; the alternate screen keeps
// what was on the terminal before.

import type { WriteStream } from 'node:tty';

const ESC = '\u001b[';
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}2J`;
const LEAVE = `${ESC}?25h${ESC}?1049l`;

export class Screen {
  readonly #out: WriteStream;
  #drawn: string[] = [];
  #open = false;
  readonly #forget = (): void => void (this.#drawn = []);
  readonly #leave = (): void => this.close();

  constructor(out: WriteStream) {
    this.#out = out;
  }

  get size(): { columns: number; rows: number } {
    return { columns: this.#out.columns || 80, rows: this.#out.rows || 24 };
  }

  open(): void {
    this.#open = true;
    this.#out.write(ENTER);
    this.#out.on('resize', this.#forget);
    // However the process ends, the cursor comes back.
    process.on('exit', this.#leave);
  }

  /** Shows these lines from the top; they must fit. */
  draw(lines: string[]): void {
    if (!this.#open) return;
    const rows = Math.max(lines.length, this.#drawn.length);
    const fresh = this.#drawn.length === 0 ? `${ESC}2J` : '';
    let changes = '';
    for (let row = 0; row < rows; row++) {
      const line = lines[row] ?? '';
      if (line !== this.#drawn[row]) changes += `${ESC}${row + 1};1H${line}${ESC}K`;
    }
    this.#drawn = lines;
    if (changes !== '') this.#out.write(fresh + changes);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#out.off('resize', this.#forget);
    process.off('exit', this.#leave);
    this.#out.write(LEAVE);
  }
}
