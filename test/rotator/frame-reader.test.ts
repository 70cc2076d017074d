import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader } from '../../src/rotator/frame-reader.ts'

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const read = async (chunks: readonly string[]): Promise<{ frames: string[]; overlong: number }> => {
  const frames: string[] = []
  let overlong = 0
  const reader = createFrameReader({
    delimiters: '\r\n',
    bytesMax: 20,
    onFrame: (frame) => frames.push(frame),
    onOverlong: () => {
      overlong += 1
    },
  })
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk, 'latin1'))
    await immediate()
  }
  await immediate()
  return { frames, overlong }
}

describe('the frame reader', () => {
  it('ends frames at CR, LF or both, and leaves empty ones out', async () => {
    const { frames } = await read(['AZ=1\r\nAZ=2\rAZ=3\nAZ=4\r\n\r\n\rAZ=5\r'])
    expect(frames).toEqual(['AZ=1', 'AZ=2', 'AZ=3', 'AZ=4', 'AZ=5'])
  })

  it('gives the same frames however the bytes are cut', async () => {
    const text = 'AZ=123  EL=045\r\n?>\rAZ=124  EL=046\n'
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 8 }),
        async (cuts) => {
          const places = [0, ...cuts.sort((a, b) => a - b), text.length]
          const chunks = places.slice(1).map((end, index) => text.slice(places[index], end))
          expect((await read(chunks)).frames).toEqual(['AZ=123  EL=045', '?>', 'AZ=124  EL=046'])
        },
      ),
      { numRuns: 50, seed: 2 },
    )
  })

  it('drops a line without end and is in step again after it', async () => {
    const { frames, overlong } = await read([
      'AZ=1\r',
      ...Array.from({ length: 300 }, () => 'x'.repeat(1_000)),
      'tail\rAZ=2\r',
      `AZ=3\r${'y'.repeat(30)}\rAZ=4\r`,
    ])
    expect(frames).toEqual(['AZ=1', 'AZ=2', 'AZ=3', 'AZ=4'])
    expect(overlong).toBe(2)
  })
})
