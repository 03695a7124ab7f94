// What Yjs says to a developer, without the colours: these weigh as much as the room.
export const [BOLD, UNBOLD, ORANGE, RED] = ["", "", "", ""];
export const print = (...words: unknown[]): void => console.log(...words);
export const warn = (...words: unknown[]): void => console.warn(...words);
