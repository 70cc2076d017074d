import { formatUtc, MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import type { PredictionQuality } from '../../orbit/uncertainty/prediction-quality.ts'
import type { NotTaken, PassRequest, Task, Timetable } from '../../plan/timetable.ts'
import type { Target } from '../../station/target.ts'

/** A timetable with what is shown beside it. */
export interface ShownPlan {
  readonly station: { readonly id: string; readonly name: string }
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** Those that can be planned for, the highest priority first. */
  readonly requests: readonly PassRequest[]
  readonly timetable: Timetable
  /** How sure the times of a pass are; undefined for an object without elements. */
  readonly qualityOf: (pass: Task['pass']) => PredictionQuality | undefined
  /** Model and weather of the air that directions are seen through; undefined where they are geometric. */
  readonly refraction: string | undefined
  readonly ut1: string
  /** What was said about elements and requests while planning, sentences. */
  readonly troubles: readonly string[]
}

/** How sure passes of these targets are. */
export const qualityFrom = (targets: readonly Target[]): ShownPlan['qualityOf'] => {
  const targetOf = new Map(targets.map((target) => [target.elements.catalogNumber, target]))
  return ({ catalogNumber, tcaUtcMs }) => targetOf.get(catalogNumber)?.qualityAt(tcaUtcMs)
}

/** The plan for programs. */
export const planJson = (plan: ShownPlan): string => {
  const passOf = ({ pass, passId, request }: Task | NotTaken) => {
    const quality = plan.qualityOf(pass)
    return {
      passId,
      request: request?.id ?? null,
      priority: request?.priority ?? null,
      catalogNumber: pass.catalogNumber,
      name: pass.name,
      aosUtc: formatUtc(pass.aosUtcMs),
      aosAzimuthDeg: pass.aosAzimuth,
      tcaUtc: formatUtc(pass.tcaUtcMs),
      maximumElevationDeg: pass.maximumElevation,
      tcaAzimuthDeg: pass.tcaAzimuth,
      losUtc: formatUtc(pass.losUtcMs),
      losAzimuthDeg: pass.losAzimuth,
      elementsAgeDays: quality === undefined ? null : Number((quality.age / MS_PER_DAY).toFixed(4)),
      alongTrackSigmaKm: quality === undefined ? null : Number(quality.inflatedSigma.toPrecision(3)),
      timeSigmaSec: quality?.timeSigma === undefined ? null : Number(quality.timeSigma.toPrecision(3)),
      manoeuvreShare: quality === undefined ? null : Number(quality.jumpShare.toPrecision(2)),
    }
  }
  return JSON.stringify({
    station: plan.station.id,
    fromUtc: formatUtc(plan.fromUtcMs),
    toUtc: formatUtc(plan.toUtcMs),
    refraction: plan.refraction ?? null,
    ut1: plan.ut1,
    tasks: plan.timetable.tasks.map((task) => ({
      ...passOf(task),
      startUtc: formatUtc(task.startUtcMs),
      stopUtc: formatUtc(task.stopUtcMs),
      cut: task.cut ?? null,
      afterwards: task.motion?.afterwards ?? null,
    })),
    notTaken: plan.timetable.notTaken.map((each) => ({ ...passOf(each), reason: each.reason })),
    troubles: plan.troubles,
  })
}
