import { existsSync } from 'node:fs'
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
