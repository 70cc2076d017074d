/**
 * The one catalogue of everything that can be expected to go wrong. Each entry says how bad it is, whether trying
 * again by itself can help, and the next step for the person who reads it. The README's table is generated from it
 * (`npm run docs`), and a test keeps the two equal.
 */

/**
 * - `notice`: worth knowing, nothing is lost.
 * - `warning`: the station goes on with less.
 * - `error`: something asked for was not done.
 * - `critical`: the station cannot do its work, or the antenna needs a person.
 */
export type Severity = 'notice' | 'warning' | 'error' | 'critical'

interface CatalogueEntry {
  readonly severity: Severity
  /** Whether Azel tries again by itself. */
  readonly retry: boolean
  /** The next step for the person, in one sentence. */
  readonly help: string
}

const entry = (severity: Severity, retry: 'retries' | 'final', help: string): CatalogueEntry => ({
  severity,
  retry: retry === 'retries',
  help,
})

export const ERROR_CATALOGUE = {
  // Azel itself
  'internal.mistake': entry(
    'critical',
    'final',
    'Look whether the antenna stands, then report this line: it is a mistake of Azel.',
  ),

  // command line
  'cli.usage': entry('error', 'final', 'Run the command with --help to see what it takes.'),

  'output.failed': entry('error', 'final', 'Free space where the output goes, or send it somewhere else.'),

  'control.absent': entry(
    'error',
    'final',
    'Start it with "azel run", or name its configuration with --config.',
  ),
  'control.hangs': entry(
    'critical',
    'final',
    'Its watchdog ends it under systemd; else "kill -9" that process, then run "azel stop".',
  ),
  'control.busy': entry(
    'error',
    'final',
    'Ask it ("azel status" says what it is), or end it first (a daemon by "systemctl stop azel").',
  ),
  'control.socket': entry(
    'error',
    'final',
    'Check that the data folder is writable and its path short (100 letters).',
  ),

  // configuration and files
  'config.unreadable': entry('error', 'final', 'Check the path and that this user may read the file.'),
  'config.too-large': entry(
    'error',
    'final',
    'A configuration is a few kilobytes; check that it is the right file.',
  ),
  'config.syntax': entry('error', 'final', 'Mend the YAML at the line named; indentation is by spaces.'),
  'config.invalid': entry('error', 'final', 'Mend each line named, then run "azel config check FILE".'),
  'config.version': entry(
    'error',
    'final',
    'Install the version of Azel that wrote this file, or migrate it.',
  ),
  'secret.unreadable': entry(
    'error',
    'final',
    'Make it, owned by the service, mode 0600; a signing key is made by "azel keys create".',
  ),
  'secret.permissions': entry('error', 'final', 'Run "chmod 600" on the key file: others must not read it.'),
  'key.not-written': entry('error', 'final', 'Choose a new file in a folder that this user may write to.'),
  'key.invalid': entry('error', 'final', 'Give an Ed25519 key as made by "azel keys create".'),

  // catalog
  'catalog.unreadable': entry('error', 'final', 'Check the path, and that this user may read the file.'),
  'catalog.format': entry(
    'error',
    'final',
    'Use elements (OMM in CSV, JSON, XML or KVN, or TLE; CelesTrak offers FORMAT=CSV) or an OEM.',
  ),
  'catalog.object': entry(
    'warning',
    'final',
    'Fetch the elements of this object again; it is left out and the others are used.',
  ),
  'catalog.ephemeris': entry(
    'error',
    'final',
    'Mend the ephemeris at the line named, or ask its maker for a good one.',
  ),
  'catalog.empty': entry('error', 'final', 'Give a file with at least one good element set.'),
  'catalog.transmitters': entry(
    'error',
    'final',
    'Give the JSON of SatNOGS DB, a list of transmitters with frequencies in Hz.',
  ),
  'catalog.unknown-satellite': entry(
    'error',
    'final',
    'Check number and name; "azel catalog list" shows what is in the catalogue.',
  ),
  'catalog.no-transmitter': entry(
    'error',
    'final',
    'Give the request a frequencyHz, or name a file of transmitters.',
  ),
  'catalog.stale': entry(
    'warning',
    'retries',
    'It is flown with what is there; "azel catalog fetch" tells why nothing newer comes.',
  ),
  'catalog.unfit': entry(
    'warning',
    'retries',
    'It is not flown until better elements come; "azel catalog show" tells what is there.',
  ),
  'catalog.clock': entry('error', 'retries', "Set the machine's clock, then import the elements again."),
  'source.stopped': entry(
    'error',
    'final',
    'Nothing more is asked there: mend the reason, then run "azel catalog fetch --retry".',
  ),
  'source.unreachable': entry(
    'warning',
    'retries',
    'Check network and name server; the elements at hand stay in use and it is tried again later.',
  ),
  'source.answer': entry(
    'warning',
    'retries',
    'Look at the source in a browser; the elements at hand stay in use and it is tried again later.',
  ),
  'source.shrunk': entry(
    'warning',
    'retries',
    'Look at the file kept aside; if it is right, run "azel catalog fetch --retry".',
  ),
  'source.too-large': entry('error', 'retries', 'Ask for a smaller group; the elements at hand stay in use.'),
  'source.credentials': entry(
    'error',
    'final',
    'Give a file of mode 0600 with the name in its first line and the password in its second.',
  ),
  'source.setting': entry('error', 'final', 'Mend the source: kind, one query, and an https address if any.'),

  // orbit and plan
  'orbit.propagation': entry('warning', 'final', 'The elements are decayed or broken; fetch newer ones.'),
  'orbit.ephemeris': entry(
    'error',
    'final',
    'Ask for states around the Earth in EME2000, GCRF, ITRF or TEME, by Hermite or Lagrange.',
  ),
  'orbit.span': entry('notice', 'final', 'Ask within the span named, or give a file that covers more.'),
  'orbit.earth-rotation': entry(
    'error',
    'final',
    'Fetch a newer bulletin of the IERS, or give UT1 − UTC in seconds (below 0.9).',
  ),
  'orbit.horizon': entry(
    'error',
    'final',
    'Give azimuth and elevation in degrees, a point a line as "120.5, 8", or a YAML list of them.',
  ),
  'plan.window': entry(
    'error',
    'final',
    'Give a window whose end lies after its beginning, at most a year later.',
  ),
  'plan.no-pass': entry(
    'notice',
    'final',
    'Choose another satellite, a longer window or a lower minimum elevation.',
  ),
  'plan.failed': entry(
    'error',
    'retries',
    'The timetable made before stays in use; Azel plans anew within the hour by itself.',
  ),
  'plan.not-written': entry('error', 'final', 'Choose a path in a folder that this user may write to.'),

  // motion
  'motion.outside-envelope': entry(
    'error',
    'final',
    'Ask for a direction inside the limits of the configuration.',
  ),
  'motion.masked': entry('error', 'final', 'The horizon mask forbids this direction; ask for a higher one.'),
  'motion.kept-out': entry(
    'error',
    'final',
    'A keep-out sector of the configuration forbids this; ask for a direction outside it.',
  ),
  'motion.locked-out': entry(
    'error',
    'final',
    'When it is safe, let the antenna move again with "azel unlock wind" or "azel unlock maintenance".',
  ),
  'motion.occupied': entry(
    'notice',
    'final',
    'Wait until the antenna is free, or take it as the operator with "azel track" or "azel park".',
  ),
  'motion.held': entry(
    'notice',
    'final',
    'When it may move again, "azel park", "azel track" or "azel clear-fault" lets it go.',
  ),
  'motion.turn-unknown': entry(
    'error',
    'final',
    'Look how the cable is wound and say so with "azel confirm-turn AZIMUTH".',
  ),
  'motion.wrong-way': entry(
    'critical',
    'final',
    "Check the motor's wiring and the controller's calibration, then clear the fault.",
  ),
  'motion.runaway': entry(
    'critical',
    'final',
    'Cut the power of the rotator, find the stuck relay or switch, then clear the fault.',
  ),
  'motion.position-jump': entry(
    'critical',
    'final',
    'Look where the antenna really is, home the controller if it lost its place, then clear the fault.',
  ),
  'motion.memory-lost': entry(
    'critical',
    'final',
    'Look how the cable is wound and that nobody is at the mast, then "azel unlock maintenance".',
  ),
  'motion.no-cut-off': entry(
    'error',
    'final',
    'Nothing can take the power from the motors now: mend antenna.cutOff, or who may write it (systemd/azel-gpio.conf).',
  ),
  'motion.cut-off': entry(
    'critical',
    'final',
    'Cut the power of the rotator by hand, then mend antenna.cutOff in the configuration.',
  ),
  'motion.stale': entry(
    'warning',
    'retries',
    'The antenna was no longer where the motion was checked from; it is checked and asked again by itself.',
  ),
  'motion.latched': entry(
    'critical',
    'final',
    'Look at the antenna, then clear the fault with "azel clear-fault".',
  ),
  'motion.stalled': entry(
    'critical',
    'final',
    'Look for ice, a jammed gear or a dead motor, then clear the fault.',
  ),
  'motion.not-stopped': entry(
    'critical',
    'final',
    'Look at the antenna: if it still moves, cut the power of the rotator, for it was told to stop.',
  ),
  'motion.stop-not-sent': entry(
    'critical',
    'final',
    'If it moves, cut its power; else mend the line, or "kill -9" what has the port, then "azel stop".',
  ),

  'calibration.stopped': entry(
    'notice',
    'final',
    'Start it again when you like; scans that were finished are kept, and nothing in use was changed.',
  ),
  'calibration.failed': entry(
    'error',
    'final',
    'Look at what it says of the antenna or the signal, mend that, and start it again.',
  ),
  'calibration.file': entry(
    'error',
    'final',
    'Calibrate anew with "azel calibrate antenna", or put an earlier file in its place.',
  ),

  // rotator and serial lines
  'serial.missing': entry(
    'error',
    'retries',
    'Plug the adapter in, or set rotator.port to one that is listed.',
  ),
  'serial.busy': entry('error', 'retries', 'Stop the other program that uses the port; only one can.'),
  'serial.permission': entry(
    'error',
    'retries',
    'Add the service user to the group that owns the port, mostly dialout.',
  ),
  'serial.failed': entry('error', 'retries', 'Check cable and adapter; Azel opens the port again by itself.'),
  'link.closed': entry(
    'error',
    'retries',
    'Check cable, power and the program at the other end; Azel tries again.',
  ),
  'link.refused': entry('error', 'retries', 'Start the program that listens there, or mend host and port.'),
  'rotator.place-unknown': entry(
    'error',
    'final',
    'Bring it to its resting place, by hand or at the controller, then say "azel confirm-turn".',
  ),
  'rotator.mute': entry(
    'critical',
    'retries',
    "Check the controller's power, cable and baud rate; nothing moves until it answers again.",
  ),
  'rotator.garbage': entry(
    'warning',
    'retries',
    'Check baud rate and wiring; noise on the line gives such bytes.',
  ),
  'rotator.trouble': entry(
    'error',
    'final',
    'Look at the controller and the antenna; its manual tells what this state means.',
  ),
  'rotator.refused': entry(
    'error',
    'final',
    'The controller said no; check its own limits and its calibration.',
  ),
  'rotctld.listen': entry(
    'error',
    'final',
    'Choose another address under rotctld.listen: this one is in use or not of this machine.',
  ),

  // receiver
  'receiver.protocol': entry(
    'error',
    'retries',
    'Check that an rtl_tcp server listens there, not another program.',
  ),
  'receiver.busy': entry(
    'error',
    'final',
    'Wait until the present pass is over; one receiver listens to one pass at a time.',
  ),
  'receiver.silent': entry('error', 'retries', 'Check the radio and its server; no samples are coming.'),

  // simulation
  'sim.listen': entry(
    'error',
    'final',
    'Choose another host or port: this one is in use or not of this machine.',
  ),
  'sim.pty': entry(
    'error',
    'final',
    'Install socat and choose a --port-path where nothing is, or use --listen to offer the line over TCP.',
  ),

  // journal and outbox
  'store.open': entry(
    'critical',
    'final',
    'Check that the data folder exists and that this user may write there.',
  ),
  'store.locked': entry(
    'critical',
    'final',
    'Another Azel uses this data folder; stop it or choose another folder.',
  ),
  'store.newer': entry('critical', 'final', 'This data was written by a newer Azel; install that version.'),
  'store.corrupt': entry(
    'critical',
    'final',
    'Keep the folder, restore a copy or start with an empty one, and report it.',
  ),
  'store.full': entry(
    'critical',
    'retries',
    'Free space on the disk; records wait in memory until there is some.',
  ),
  'store.antenna-place': entry(
    'error',
    'retries',
    'Free space on the disk; after a restart the turn of the cable may have to be confirmed.',
  ),
  'store.write': entry(
    'critical',
    'retries',
    'Check the disk ("dmesg" tells); records wait in memory meanwhile.',
  ),
  'store.overflow': entry(
    'critical',
    'final',
    'The disk was out of order for too long; the number lost is on record.',
  ),

  // sharing
  'sharing.agreement': entry(
    'error',
    'final',
    'Mend the agreement in the configuration; until then nothing is released.',
  ),
  'seal.invalid': entry(
    'warning',
    'final',
    'Not made by the key on record; ask the sender, trust nothing of it.',
  ),
  'stream.altered': entry(
    'warning',
    'final',
    'The numbers do not chain to what was received before; ask the station.',
  ),
  'stream.equivocation': entry(
    'warning',
    'final',
    'The station signed two things under one number; ask its owner.',
  ),
  'stream.gap': entry('notice', 'retries', 'The missing range is asked for again by itself.'),
  'stream.lost': entry(
    'warning',
    'final',
    "Ask the station's owner; send receipts regularly so that nothing is let go.",
  ),
  'stream.silent': entry(
    'warning',
    'retries',
    'The station is down, or something on the way keeps its word back; ask its owner.',
  ),
  'stream.malformed': entry(
    'warning',
    'final',
    'Not of the agreed form; ask the sender which version he runs.',
  ),

  // network
  'broker.unreachable': entry(
    'warning',
    'retries',
    'Check network and broker; records are kept and sent when it is back.',
  ),
  'broker.protocol': entry(
    'critical',
    'retries',
    'Use a broker that speaks MQTT 5, for instance mosquitto 2.',
  ),
  'broker.refused': entry('error', 'retries', "Check user name, password and the broker's access list."),
  'broker.topic': entry('error', 'final', 'Use lower-case letters, digits and hyphens, at most 32, in ids.'),
  'broker.too-large': entry(
    'error',
    'final',
    "The broker's packet limit is too small for a record; raise it.",
  ),
  'message.too-large': entry(
    'warning',
    'final',
    'A message over the agreed size was dropped; ask its sender.',
  ),
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof ERROR_CATALOGUE

/** One expected failure: what happened, where, and through its code what to do. */
export interface Fault {
  readonly code: ErrorCode
  /** What happened and where, one sentence without its full stop. */
  readonly message: string
}

export const fault = (code: ErrorCode, message: string): Fault => ({ code, message })

/** One line for a person: what happened, what to do, and the code to look up. */
export const describeFault = (failure: Fault): string =>
  `${failure.message}. ${ERROR_CATALOGUE[failure.code].help} [${failure.code}]`

export const severityOf = (failure: Fault): Severity => ERROR_CATALOGUE[failure.code].severity

// A message longer than this is a dump, not a sentence.
const MESSAGE_CHARACTERS_MAX = 500

/**
 * The text of something thrown by a library, on one line. A connection that is refused on each of a host's addresses
 * throws an AggregateError whose own message is empty, so the parts are told instead.
 */
export const messageOf = (thrown: unknown): string => {
  let text: string
  if (thrown instanceof AggregateError && thrown.message === '') {
    text = thrown.errors.map(messageOf).join('; ')
  } else if (thrown instanceof Error) {
    text = thrown.message === '' ? thrown.name : thrown.message
  } else if (typeof thrown === 'object' && thrown !== null) {
    text = 'something was thrown that is no error'
  } else {
    text = String(thrown)
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_CHARACTERS_MAX)
}
