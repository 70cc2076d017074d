/**
 * The same text, but of its own. The engine keeps what was cut out of a longer text as a window on it, and so the names of
 * a catalogue would keep all of its file in memory.
 */
export const detached = (text: string): string => ` ${text}`.slice(1)
