// The story drawn on a terminal while it plays.

import type { WriteStream } from 'node:tty';
import { drawCharts } from './charts.ts';
import { penFor } from './pen.ts';
import { Screen } from './screen.ts';
import type { Show } from './show.ts';
import { drawPicture, type Picture } from './view.ts';

/** Real ms from one picture to the next. */
const FRAME_MS = 100;
/** Real ms over which the reached speed is taken. */
const SPEED_MS = 2_000;
const CHART_ROWS_LEFT_BEHIND = 4;

/** Shows a story named `title`; the charts begin with room for `span` simulated seconds and leave a copy behind. */
export function liveShow(out: WriteStream, title: string, span: number): Show {
  const pen = penFor(out);
  const screen = new Screen(out);
  const history: Picture['history'][number][] = [];
  const picture = { title, history, span, speed: 0, start: 0, decisions: [], troubles: [] } as {
    -readonly [Part in keyof Picture]: Picture[Part];
  };
  let measured = { real: 0, second: 0 };
  let timer: NodeJS.Timeout | undefined;
  const frame = (): void => {
    const real = performance.now();
    const second = history.at(-1)?.second ?? 0;
    if (real - measured.real >= SPEED_MS) {
      picture.speed = ((second - measured.second) * 1000) / (real - measured.real);
      measured = { real, second };
    }
    screen.draw(drawPicture(picture, screen.size, pen));
  };
  return {
    begin: (start) => {
      picture.start = start;
      measured = { real: performance.now(), second: 0 };
      screen.open();
      timer = setInterval(frame, FRAME_MS);
    },
    snapshot: (snapshot) => void history.push(snapshot),
    decision: (decision) => (picture.decisions = [decision, ...picture.decisions].slice(0, 50)),
    trouble: (trouble) => (picture.troubles = [trouble, ...picture.troubles]),
    end: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      screen.close();
      const size = { width: Math.min(screen.size.columns, 100) - 1, rows: CHART_ROWS_LEFT_BEHIND };
      const charts = drawCharts(history, span, size, pen);
      out.write(`${charts.join('\n')}\n\n`);
    },
  };
}
