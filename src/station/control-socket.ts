/** Where a running daemon is asked: a socket in its data folder that only its user can open. */
export const controlSocketPath = (dataFolder: string): string => `${dataFolder}/control.sock`
