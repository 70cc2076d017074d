import { z } from 'zod'

/** A path, as long as the system allows. */
export const filePath = z.string().min(1).max(4096)

export const degrees = (minimum: number, maximum: number) => z.number().min(minimum).max(maximum)
