/** Takes a text in pieces of any length, and hands on what it finds while it goes. */
export interface TextReader {
  readonly push: (piece: string) => void
  readonly end: () => void
}
