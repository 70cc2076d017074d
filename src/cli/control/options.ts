import { existsSync, readFileSync } from 'node:fs'
import type { Configuration } from '../../station/configuration/schema.ts'
import { printConfigurationFailure } from '../output.ts'

export interface ControlOptions {
  readonly config?: string
  readonly json?: true
}

const INSTALLED_CONFIGURATION = '/etc/azel/azel.yaml'

/** Whether a configuration is named or installed. */
export const isConfigured = ({ config }: ControlOptions): boolean =>
  config !== undefined || existsSync(INSTALLED_CONFIGURATION)

/** The station's configuration; what is wrong with it is printed. */
export const configurationOf = async ({ config }: ControlOptions): Promise<Configuration | undefined> => {
  const path = config ?? INSTALLED_CONFIGURATION
  const { loadConfiguration } = await import('../../station/configuration/load.ts')
  const loaded = loadConfiguration(path)
  if (loaded.ok) return loaded.value
  printConfigurationFailure(path, loaded.error)
  return undefined
}

/**
 * The data folder that a configuration names, whatever else is wrong with it: the daemon that runs by what stood there
 * before is asked there. Undefined where the file names none.
 */
export const dataFolderOf = async ({ config }: ControlOptions): Promise<string | undefined> => {
  try {
    const { parse } = await import('yaml')
    const content: unknown = parse(readFileSync(config ?? INSTALLED_CONFIGURATION, 'utf8'))
    if (typeof content !== 'object' || content === null || !('station' in content)) return undefined
    const { station } = content
    if (typeof station !== 'object' || station === null || !('dataFolder' in station)) return undefined
    return typeof station.dataFolder === 'string' ? station.dataFolder : undefined
  } catch {
    return undefined
  }
}
