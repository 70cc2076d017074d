"""When SGP4 without rounding has the geostationary objects of passes.json culminate.

A geostationary object takes minutes to rise by 1e-9 degrees, so that the rounding of doubles moves its culmination. Here
python-sgp4's own model (not its C++) is run with numbers of 40 digits, and the culminations are where the derivative of
the elevation is zero. Writes test/fixtures/orbit/geostationary-culminations.json to standard output:

    pip install sgp4==2.27 mpmath==1.4.1
    python scripts/geostationary-culminations.py test/fixtures/orbit/passes.json
"""

import json
import sys
from datetime import datetime

import mpmath
from mpmath import mp, mpf
from sgp4 import model, propagation
from sgp4.earth_gravity import wgs72

mp.dps = 40
DERIVATIVE_STEP = mpf("1e-9")  # seconds: leaves 20 digits of the derivative
GEOSTATIONARY_REV_PER_DAY = 1.0027

# The model's functions and constants of angle, with 40 digits. Its constants of physics are the doubles they are.
for name in ("atan2", "cos", "sin", "sqrt"):
    setattr(propagation, name, getattr(mpmath, name))
propagation.fabs = abs
propagation.pi = +mp.pi
propagation.twopi = 2 * mp.pi
propagation.deg2rad = mp.pi / 180

EPOCH_OF_SGP4 = datetime(1949, 12, 31)
J2000 = datetime(2000, 1, 1, 12)
DEGREE = mp.pi / 180


def seconds_between(a, b):
    span = b - a
    return mpf(span.days) * 86400 + span.seconds + mpf(span.microseconds) / 1000000


def prepare(fields):
    # With the attributes of SGP4 alone and without a lock on others, so that nothing is turned into a double.
    satellite = type("Satellite", (), {})()
    epoch = datetime.strptime(fields["EPOCH"], "%Y-%m-%dT%H:%M:%S.%f")
    propagation.sgp4init(
        wgs72,
        "i",
        int(fields["NORAD_CAT_ID"]),
        seconds_between(EPOCH_OF_SGP4, epoch) / 86400,
        mpf(fields["BSTAR"]),
        mpf(0),
        mpf(0),
        mpf(fields["ECCENTRICITY"]),
        mpf(fields["ARG_OF_PERICENTER"]) * DEGREE,
        mpf(fields["INCLINATION"]) * DEGREE,
        mpf(fields["MEAN_ANOMALY"]) * DEGREE,
        mpf(fields["MEAN_MOTION"]) / 720 * mp.pi,
        mpf(fields["RA_OF_ASC_NODE"]) * DEGREE,
        satellite,
    )
    return satellite, epoch


def place_of(site):
    flattening = 1 / mpf("298.257223563")
    square = flattening * (2 - flattening)
    latitude, longitude = mpf(site["lat"]) * DEGREE, mpf(site["lon"]) * DEGREE
    vertical = mpf("6378.137") / mp.sqrt(1 - square * mp.sin(latitude) ** 2)
    height = mpf(site["h"]) / 1000
    ring = (vertical + height) * mp.cos(latitude)
    position = (ring * mp.cos(longitude), ring * mp.sin(longitude), (vertical * (1 - square) + height) * mp.sin(latitude))
    up = (mp.cos(latitude) * mp.cos(longitude), mp.cos(latitude) * mp.sin(longitude), mp.sin(latitude))
    return position, up


def sidereal_angle(seconds_since_j2000):
    t = seconds_since_j2000 / 86400 / 36525
    whole = mpf("67310.54841") + t * (876600 * 3600 + mpf("8640184.812866") + t * (mpf("0.093104") - t * mpf("6.2e-6")))
    return whole / 86400 * 2 * mp.pi


def elevation(satellite, epoch, site, start, seconds):
    since_epoch = seconds_between(epoch, start) + seconds
    (x, y, z), _ = propagation.sgp4(satellite, since_epoch / 60)
    angle = sidereal_angle(seconds_between(J2000, start) + seconds)
    position, up = place_of(site)
    relative = (
        mp.cos(angle) * x + mp.sin(angle) * y - position[0],
        mp.cos(angle) * y - mp.sin(angle) * x - position[1],
        z - position[2],
    )
    return mp.asin(sum(a * b for a, b in zip(relative, up)) / mp.sqrt(sum(a * a for a in relative)))


def main(path):
    with open(path, encoding="utf-8") as file:
        reference = json.load(file)
    start = datetime.fromisoformat(reference["meta"]["window_start"]).replace(tzinfo=None)
    columns = {name: index for index, name in enumerate(reference["columns"])}
    rows = []
    for fields in reference["omm"]:
        if abs(float(fields["MEAN_MOTION"]) - GEOSTATIONARY_REV_PER_DAY) > 0.002:
            continue
        satellite, epoch = prepare(fields)
        number = int(fields["NORAD_CAT_ID"])
        guesses = {
            (row[columns["site"]], second)
            for row in reference["passes"]
            if row[columns["sat"]] == number
            for second in row[columns["culminationsSec"]]
        }
        for site, second in sorted(guesses):

            def height(seconds, site=site):
                return elevation(satellite, epoch, reference["meta"]["sites"][site], start, seconds)

            def rate(seconds):
                return (height(seconds + DERIVATIVE_STEP) - height(seconds - DERIVATIVE_STEP)) / (2 * DERIVATIVE_STEP)

            found = mp.findroot(rate, (mpf(second) - 5, mpf(second) + 5), tol=mpf("1e-40"), solver="secant")
            rows.append(
                {
                    "sat": number,
                    "site": site,
                    "culminationSec": float(mp.nstr(found, 16)),
                    "elevationDeg": float(mp.nstr(height(found) / DEGREE, 16)),
                    "referenceOffMs": float(mp.nstr((mpf(second) - found) * 1000, 6)),
                }
            )
            print(rows[-1], file=sys.stderr)
    print("[")
    print(",\n".join(json.dumps(row) for row in rows))
    print("]")


main(sys.argv[1])
