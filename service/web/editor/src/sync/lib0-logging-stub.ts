// Replaces lib0/logging, whose coloured output is as large as the room code. The export names are those of lib0.
export const [BOLD, UNBOLD, ORANGE, RED] = ["", "", "", ""];
export const print = (...words: unknown[]): void => console.log(...words);
export const warn = (...words: unknown[]): void => console.warn(...words);
