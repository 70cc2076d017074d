import type { Clock } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { LockOut } from '../../pointing/lock-out.ts'
import type { Envelope, Whereabouts } from '../../pointing/motion-gate.ts'
import type { RotatorDriver } from '../../rotator/driver.ts'
import { findDriver } from '../../rotator/registry.ts'
import { openAntennaFiles } from '../../station/antenna-files.ts'
import { buildAntenna } from '../../station/build-antenna.ts'
import { createTestBench, type TestBench, watchLine } from '../../station/calibration/test-bench.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { envelopeOf, mountOf } from '../../station/configured-mount.ts'
import { rotatorOpener } from '../../station/device-lines.ts'
import { mayLeaveFiles } from '../control/alone.ts'
import { askDaemon } from '../control/ask.ts'
import { holdAlone } from '../control/hold-alone.ts'
import { installLastResort } from '../last-resort.ts'

/** What a procedure reckons with before anything moves. */
export interface Outset {
  readonly envelope: Envelope
  readonly driver: RotatorDriver
  /** Where the antenna is, or was when it was last seen, or rests. */
  readonly from: Whereabouts
  readonly lockOut: LockOut | undefined
  /** Why nothing would move. */
  readonly latched: Fault | undefined
}

/** The antenna of a configuration on paper. Faults: a fixed antenna, contradictions. */
export const outsetOf = (configuration: Configuration): Result<Outset, Fault> => {
  const { latch, memory, correction } = openAntennaFiles(configuration, silentLog)
  const mount = mountOf(configuration, correction)
  if (!mount.ok) return mount
  const { antenna } = configuration
  if (mount.value.kind === 'fixed' || antenna.kind === 'fixed') {
    return err(fault('motion.outside-envelope', 'The antenna is fixed: it has no axes to calibrate'))
  }
  const driver = findDriver(antenna.rotator.driver)
  if (!driver.ok) return driver
  const envelope = envelopeOf(mount.value, configuration)
  if (!envelope.ok) return envelope
  const [kind] = memory.lockOuts()
  return ok({
    envelope: { ...envelope.value, turnChoice: driver.value.capabilities.turnChoice },
    driver: driver.value,
    from: memory.place()?.position ?? mount.value.park,
    lockOut: kind === undefined ? undefined : { kind, by: 'an operator' },
    latched: latch.read(),
  })
}

/** The antenna ready to be moved, and how to bring it to rest. */
export interface OpenBench {
  readonly bench: TestBench
  readonly provenance: () => 'real' | 'simulated'
  /** Stops the antenna, sees that it stands, closes its line. */
  readonly close: () => Promise<Result<void, Fault>>
}

/** Connects to the rotator, where no daemon has it. Faults: `control.busy`, those of the line. */
export const openBench = async (
  configuration: Configuration,
  world: {
    readonly clock: Clock
    readonly log: Log
    readonly outset: Outset
    readonly stopAsked: AbortController
  },
): Promise<Result<OpenBench, Fault>> => {
  const { clock, log, outset, stopAsked } = world
  const { antenna: settings } = configuration
  if (settings.kind === 'fixed') return err(fault('motion.outside-envelope', 'The antenna is fixed'))
  const asked = await askDaemon(configuration.station.dataFolder, { command: 'status' })
  if (!asked.ok) return asked
  if (asked.value !== 'nobody') {
    const alone = asked.value.ok ? asked.value.report.alone : undefined
    const who = alone === undefined ? 'The running daemon' : `"${alone}"`
    return err(fault('control.busy', `${who} has the antenna, and would move it in between`))
  }
  const may = mayLeaveFiles(configuration)
  if (!may.ok) return may
  const { latch, memory, correction } = openAntennaFiles(configuration, log)
  const watch = watchLine({
    clock,
    driver: outset.driver,
    open: rotatorOpener({ clock, ...settings.rotator }),
    memory,
  })
  // Procedures ask for places of the axes and read them: what is measured is the antenna as it is. The gate knows where it looks.
  const built = buildAntenna(configuration, {
    clock,
    log,
    ...(correction === undefined ? {} : { correction }),
    openRotator: watch.open,
    latch,
    memory: watch.memory,
  })
  if (!built.ok) return built
  const antenna = built.value
  installLastResort({ clock, log, stopAntenna: antenna.stop })
  const held = await holdAlone({
    configuration,
    clock,
    log,
    antenna,
    command: 'azel calibrate antenna',
    onStop: () => stopAsked.abort(),
    stowsUntil: stopAsked.signal,
  })
  if (!held.ok) return held
  const connected = await held.value.connect()
  if (!connected.ok) return connected
  const bench = createTestBench({
    clock,
    antenna,
    mount: outset.envelope.mount,
    driver: outset.driver,
    watch,
    stopAsked: stopAsked.signal,
  })
  return ok({ bench, provenance: () => antenna.status().provenance, close: held.value.close })
}
