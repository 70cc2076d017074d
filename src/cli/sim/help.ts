// What can be chosen, with a few words on each; a test holds the names against the simulator's own.
const FIRMWARE_HELP = {
  gs232a: 'Yaesu GS-232A: +0aaa+0eee, whole degrees, a CR after each command',
  gs232b: 'Yaesu GS-232B: AZ=aaa  EL=eee, whole degrees, silent on moves',
  'gs232b-wrapped': 'reports the overlap as 0 to 89 instead of 360 to 450',
  'gs232b-cr': 'answers moves, and an empty line, with a CR',
  'gs232b-echo': 'sends back each character',
  'gs232b-k3ng': 'K3NG: ignores motion for 5 s after boot, no space in its answers',
  easycomm1: 'EasyComm I: told where to go and never answers',
  easycomm2: 'EasyComm II: AZ EL on one line is answered on one line',
  'easycomm2-separate': 'each word has an answer of its own',
  'easycomm2-k3ng': 'K3NG: +180.0 without a name',
  easycomm3: 'EasyComm III: also velocities, status and errors by the specification',
  'easycomm3-satnogs': 'with the error codes of the SatNOGS firmware, and its left and right',
  rot1prog: 'SPID Rot1Prog: azimuth alone, whole degrees, 1200 baud',
  rot2prog: 'SPID Rot2Prog: half degrees, silent on moves, 600 baud',
  md01: 'SPID MD-01/02: tenths, answers moves',
  'md01-logs': 'prints lines of its log between the answers',
  rt21: 'Green Heron RT-21, azimuth: tenths',
} as const

const MOUNT_HELP = {
  g5500: 'azimuth 0 to 450 at 6 deg/s, elevation 0 to 180 at 2.7 deg/s, 1 deg',
  'spid-ras': 'azimuth -180 to 540 at 3 deg/s, elevation -20 to 210 at 2.25 deg/s, 0.5 deg',
  'easycomm-fast': 'azimuth 0 to 360 at 20 deg/s, elevation 0 to 90 at 10 deg/s, 0.1 deg',
  'azimuth-only': 'azimuth 0 to 450 at 6 deg/s, the antenna tilted to 25',
  fixed: 'no rotator (azel sim station alone)',
} as const

const FAULT_HELP = {
  'stuck-motor': 'both gears jam',
  'stuck-azimuth': 'its gear jams',
  'stuck-elevation': 'its gear jams',
  'runaway-azimuth': 'its motor runs on, whatever it is told, to the end stop',
  'runaway-elevation': 'its motor runs on, whatever it is told, to the end stop',
  'wrong-way-azimuth': 'its wires are crossed',
  'wrong-way-elevation': 'its wires are crossed',
  'hard-stop-azimuth': 'something stands in the way, 3 deg off',
  'hard-stop-elevation': 'something stands in the way, 3 deg off',
  'encoder-jump-azimuth': 'its reading is off by 37 deg',
  'encoder-jump-elevation': 'its reading is off by 37 deg',
  'encoder-noise': 'readings scatter by 1.5 deg',
  storm: 'gusts change the speed by up to 30 % and shake the antenna at rest',
  'home-lost': 'the counters show 0 where the antenna stands',
  'controller-mute': 'obeys and answers nothing',
  'controller-dead': 'no power; it comes back as it was',
  'controller-garbage': 'answers are noise',
  'controller-noise': 'bytes of noise between those of the answers',
  'controller-wrong-reply': 'answers have false digits',
  'controller-late-reply': 'answers come after 0.6 to 1.5 s',
  'controller-doubled-reply': 'each answer comes twice',
  'controller-stale-reply': 'each question gets the answer to the one before',
  'controller-split-reply': 'answers arrive byte by byte, with pauses',
  'controller-merged-reply': 'two answers arrive together',
  'controller-no-newline': 'ends of lines are lost',
  'controller-endless': 'two thousand letters follow each answer',
  'controller-reboot': 'boots, once',
  'power-cut': 'no power, and it boots when power is back; counters lose their home',
  'stale-write': 'what is written arrives when the fault ends',
  'adapter-unplugged': 'the serial line is pulled; it comes back where it was',
  'adapter-renamed': 'the serial line is pulled; it comes back elsewhere',
  'receiver-silent': 'the receiver sends no samples',
  'receiver-gone': 'the receiver takes no client',
} as const

const table = (entries: Readonly<Record<string, string>>): string => {
  const width = Math.max(...Object.keys(entries).map((name) => name.length))
  return Object.entries(entries)
    .map(([name, words]) => `  ${name.padEnd(width)}  ${words}`)
    .join('\n')
}

/** Printed behind the options of `azel sim rotator --help`. */
export const simulatorHelp = (): string => `
Controllers (--firmware):
${table(FIRMWARE_HELP)}

Antennas (--mount; without it the one that such a controller mostly turns):
${table(MOUNT_HELP)}

Faults (--fault NAME, NAME@SECONDS or NAME@SECONDS-SECONDS from the beginning; may be given again;
random draws one after the other from the seed):
${table(FAULT_HELP)}

Misalignment (--misalignment, degrees): random from the seed, or some of azimuth, elevation (what the scales show too
much), tilt-north, tilt-east (where the mast leans to), sag (how far the antenna hangs down at the horizon), for instance
azimuth=3,elevation=-1,tilt-north=1,tilt-east=0.5,sag=0.5. The Sun is in the sky of azel sim station, as noise.

Standard output has one JSON line: {"simulated":true,"rotator":"/dev/pts/3"} or "tcp://127.0.0.1:4001", and one more
when a fault makes the line come back elsewhere. Faults are told on standard error as they begin and end.

--state-json: one JSON object, rewritten ten times a second by renaming, so that a reader never sees half of it:
  utc        the instant
  boresight  {azimuth, elevation}: where the beam looks on the sky, degrees
  misalignment  {azimuthOffsetDeg, elevationOffsetDeg, tiltNorthDeg, tiltEastDeg, sagDeg}: how the mast was put up wrong
  axes       {azimuth, elevation}, each of them
             {antenna, motor: degrees, the axis' own, counted through the overlap; velocity: deg/s;
              motorStarts, onTimeMs, travelledDeg: wear since the beginning; atStop: true at an end stop;
              stopHits, hardestHitDegPerSec: how often and how fast at worst it ran into a stop or an obstacle}
  homeKnown  false once counted positions were lost
  faults     the names of those of the moment`
