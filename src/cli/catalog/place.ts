import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { loadConfiguration } from '../../station/configuration/load.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { CATALOG_FILE } from '../../station/stored-catalog.ts'
import { printConfigurationFailure } from '../output.ts'

/** Options that the commands on the catalogue have. */
export interface PlaceOptions {
  readonly data?: string
  readonly config?: string
  readonly json?: true
}

export interface CatalogPlace {
  readonly storePath: string
  /** Absent where no configuration is given nor installed. */
  readonly configuration: Configuration | undefined
}

const INSTALLED_CONFIGURATION = '/etc/azel/azel.yaml'

// XDG Base Directory Specification: where a user's programs keep their data.
const userFolder = (): string => {
  const folder = process.env['XDG_DATA_HOME']
  return join(folder?.startsWith('/') === true ? folder : join(homedir(), '.local', 'share'), 'azel')
}

/**
 * Where the catalogue is: `--data`, else the data folder of the configuration, else the user's own folder. Prints what
 * is wrong with a configuration and gives undefined.
 */
export const catalogPlace = (options: PlaceOptions): CatalogPlace | undefined => {
  const path = options.config ?? (existsSync(INSTALLED_CONFIGURATION) ? INSTALLED_CONFIGURATION : undefined)
  let configuration: Configuration | undefined
  // What is given by hand needs no configuration of somebody else's station.
  if (path !== undefined && (options.config !== undefined || options.data === undefined)) {
    const loaded = loadConfiguration(path)
    if (!loaded.ok) {
      printConfigurationFailure(path, loaded.error)
      return undefined
    }
    configuration = loaded.value
  }
  const folder = options.data ?? configuration?.station.dataFolder ?? userFolder()
  return { storePath: join(folder, CATALOG_FILE), configuration }
}
