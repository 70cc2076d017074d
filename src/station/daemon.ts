export const runDaemon = async (_path: string): Promise<void> => {}
