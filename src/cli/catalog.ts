import { type Command, InvalidArgumentError } from 'commander'

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000)
    throw new InvalidArgumentError('Give a whole number from 1 on.')
  return value
}

const days = (text: string): number => {
  const value = Number(text)
  if (!(value >= 0 && value <= 100_000)) throw new InvalidArgumentError('Give a number of days.')
  return value
}

const catalogNumber = (text: string): number => {
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < 1)
    throw new InvalidArgumentError('Give a catalogue number, one to nine digits.')
  return value
}

export const registerCatalogCommand = (program: Command): void => {
  const catalog = program.command('catalog').description('the element sets: fetch, import, list, show, check')
  const placed = (command: Command): Command =>
    command
      .option('--data <folder>', "where the catalogue lives (default: the configuration's data folder)")
      .option('-c, --config <file>', 'a configuration (default: /etc/azel/azel.yaml, where there is one)')
      .option('--json', 'one JSON object instead of text')

  placed(catalog.command('fetch'))
    .description('fetch from the configured sources, or from the one named, what may be fetched now')
    .option('--celestrak-group <name>', 'a group of CelesTrak, for instance active')
    .option('--celestrak-number <number>', 'one object', catalogNumber)
    .option('--celestrak-name <text>', 'objects whose name holds this')
    .option('--celestrak-designator <text>', 'objects of one launch, for instance 1998-067')
    .option('--celestrak-special <name>', 'a special set of CelesTrak, for instance GPZ')
    .option('--server <url>', "a cache of your own organisation in CelesTrak's place")
    .option('--retry', 'after a look at why a source was stopped: ask it again')
    .action(async (options) => (await import('./catalog/fetch.ts')).runFetch(options))
  placed(catalog.command('import'))
    .description('take files of elements, or all files of folders, into the catalogue')
    .argument('<path...>', 'OMM (CSV, JSON, XML, KVN) or TLE')
    .action(async (paths, options) => (await import('./catalog/import.ts')).runImport(paths, options))
  placed(catalog.command('list'))
    .description('list objects with the age of their elements')
    .argument('[filter]', 'part of a name, or a catalogue number')
    .option('--limit <count>', 'at most so many (default: 100 as text, all as JSON)', wholeNumber)
    .option('--older-than <days>', 'elements older than this', days)
    .option('--source <text>', 'elements whose source holds this')
    .option('--flagged', 'objects of which a set was refused')
    .action(async (filter, options) => (await import('./catalog/list.ts')).runList(filter, options))
  placed(catalog.command('show'))
    .description('show one object: orbit, source, revisions, transmitters')
    .argument('<satellite>', 'catalogue number or name')
    .option('--transmitters <file>', 'transmitters in the format of SatNOGS DB')
    .option('--own-transmitters <file>', 'your own, YAML as in config/own-transmitters.example.yaml')
    .action(async (satellite, options) => (await import('./catalog/show.ts')).runShow(satellite, options))
  catalog
    .command('check')
    .description('say what a file is and every complaint about it, with its line; exit 1 when there is one')
    .argument('<file>', 'elements, an ephemeris (OEM) or transmitters')
    .option('--json', 'one JSON object instead of text')
    .action(async (file, options) => (await import('./catalog/check.ts')).runCheck(file, options))
}
