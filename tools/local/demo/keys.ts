// Commands from the keyboard: a key on a terminal, a line from anywhere else.

import { createInterface } from 'node:readline';

const CTRL_C = '\u0003';

/**
 * Calls what belongs to a word when it or its first letter comes as a line, or when that letter is pressed. Ctrl+C counts as `quit`. The
 * end of the input means nothing, so that this also runs in the background. Returns its end.
 */
export function onKeys(commands: { quit: () => void } & Record<string, () => void>): () => void {
  const { stdin } = process;
  const words = Object.keys(commands);
  const run = (said: string): void => {
    const word = said === CTRL_C ? 'quit' : words.find((word) => said === word || said === word.charAt(0));
    if (word !== undefined) commands[word]?.();
  };
  if (!stdin.isTTY) {
    const lines = createInterface(stdin).on('line', (line) => run(line.trim().toLowerCase()));
    return () => lines.close();
  }
  const press = (data: Buffer): void => run(data.toString().toLowerCase());
  stdin.setRawMode(true).resume().on('data', press);
  return () => {
    stdin.off('data', press);
    stdin.setRawMode(false).pause();
  };
}
