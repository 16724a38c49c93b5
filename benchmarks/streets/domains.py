"""The three named looks. See docs/streets.md for what each number does."""

from dataclasses import replace

from benchmarks.streets.style import (
    DomainStyle,
    Light,
    Palette,
    Population,
    Sensor,
    Surface,
    View,
)

GAME_GTA5 = DomainStyle(
    palette=Palette(
        road=((0.34, 0.34, 0.36), (0.42, 0.41, 0.40), (0.29, 0.30, 0.33)),
        sidewalk=((0.66, 0.63, 0.58), (0.58, 0.58, 0.58), (0.70, 0.62, 0.52)),
        marking=(0.95, 0.93, 0.82),
        facade=(
            (0.80, 0.66, 0.46),
            (0.72, 0.40, 0.30),
            (0.86, 0.82, 0.72),
            (0.52, 0.56, 0.62),
            (0.64, 0.54, 0.46),
            (0.46, 0.36, 0.32),
        ),
        roof=((0.42, 0.36, 0.34), (0.50, 0.32, 0.26), (0.36, 0.38, 0.42)),
        glass=(0.22, 0.32, 0.42),
        foliage=((0.22, 0.46, 0.12), (0.32, 0.52, 0.16), (0.16, 0.38, 0.16)),
        grass=((0.36, 0.56, 0.18), (0.52, 0.54, 0.24)),
        bark=(0.36, 0.26, 0.18),
        sky_top=(0.26, 0.48, 0.86),
        sky_low=(0.66, 0.80, 0.94),
        wall=((0.66, 0.60, 0.52), (0.60, 0.38, 0.30), (0.58, 0.58, 0.58)),
        fence=((0.40, 0.42, 0.44), (0.56, 0.40, 0.24), (0.70, 0.70, 0.68)),
        pole=((0.44, 0.46, 0.48), (0.30, 0.34, 0.32)),
        car=(
            (0.80, 0.12, 0.10),
            (0.14, 0.26, 0.62),
            (0.88, 0.88, 0.88),
            (0.12, 0.12, 0.14),
            (0.90, 0.70, 0.12),
            (0.54, 0.56, 0.60),
            (0.16, 0.44, 0.28),
            (0.62, 0.34, 0.14),
        ),
        lorry=((0.86, 0.86, 0.84), (0.72, 0.20, 0.14), (0.20, 0.36, 0.62), (0.86, 0.66, 0.20)),
        clothes=(
            (0.80, 0.20, 0.18),
            (0.20, 0.34, 0.66),
            (0.92, 0.90, 0.86),
            (0.16, 0.16, 0.20),
            (0.30, 0.56, 0.32),
            (0.82, 0.62, 0.24),
        ),
        spread=0.22,
        hue_spread=0.06,
    ),
    surface=Surface(
        grain=0.10, stain=0.10, wear=0.12, brick=0.25, paving=0.25,
        glass_contrast=0.45, leaf_contrast=0.45,
    ),
    light=Light(sun=0.62, ambient=0.58, spread=0.45, shadow=0.50, cloud=0.35, haze=0.0012),
    sensor=Sensor(
        gain=1.28, gain_spread=0.18, bend=1.0, contrast=1.08, saturation=1.15,
        cast=(1.03, 1.0, 0.96), cast_spread=0.05, blur=0.25, noise=0.004, vignette=0.05,
        bonnet=0.0, border=0.0,
    ),
    view=View(
        focal=0.90, height=1.55, height_spread=0.35, pitch=0.02, pitch_spread=0.04,
        yaw_spread=0.14, lateral_spread=0.8, bend_spread=0.0006,
    ),
    population=Population(
        traffic=2.6, parked=3.6, truck=0.14, bus=0.09, tram=0.14, person=5.0, rider=1.4,
        bicycle=1.2, motorcycle=1.4, tree=4.5, pole=4.0, sign=2.6, junction=0.45, wall=0.24,
        fence=0.24, park=0.22, verge=0.45,
    ),
)  # fmt: skip

GAME_SYNTHIA = replace(
    GAME_GTA5,
    palette=replace(
        GAME_GTA5.palette,
        road=((0.27, 0.27, 0.29), (0.36, 0.35, 0.35), (0.23, 0.24, 0.27)),
        sidewalk=((0.60, 0.48, 0.44), (0.54, 0.54, 0.56), (0.64, 0.60, 0.56)),
        foliage=((0.20, 0.36, 0.10), (0.36, 0.42, 0.14), (0.42, 0.34, 0.12)),
        sky_top=(0.36, 0.50, 0.74),
        sky_low=(0.76, 0.80, 0.86),
        spread=0.28,
        hue_spread=0.10,
    ),
    surface=replace(GAME_GTA5.surface, grain=0.07, stain=0.05, wear=0.02, brick=0.45, paving=0.35),
    light=replace(GAME_GTA5.light, sun=0.50, ambient=0.50, spread=0.75, shadow=0.60, haze=0.0006),
    sensor=replace(
        GAME_GTA5.sensor, gain=1.45, gain_spread=0.28, saturation=1.20, cast=(1.0, 0.99, 1.0),
        cast_spread=0.08, blur=0.15, noise=0.002,
    ),
    view=View(
        focal=0.78, height=2.1, height_spread=1.1, pitch=0.06, pitch_spread=0.10,
        yaw_spread=0.40, lateral_spread=3.0, bend_spread=0.0009,
    ),
    population=Population(
        traffic=2.0, parked=2.6, truck=0.0, bus=0.16, tram=0.0, person=11.0, rider=2.4,
        bicycle=1.4, motorcycle=1.6, tree=3.2, pole=5.0, sign=2.0, junction=0.6, wall=0.10,
        fence=0.14, park=0.06, verge=0.0,
    ),
)  # fmt: skip

REAL = DomainStyle(
    palette=Palette(
        road=((0.37, 0.37, 0.38), (0.45, 0.44, 0.44), (0.33, 0.33, 0.34)),
        sidewalk=((0.52, 0.51, 0.50), (0.46, 0.45, 0.45), (0.56, 0.50, 0.46)),
        marking=(0.80, 0.80, 0.78),
        facade=(
            (0.66, 0.62, 0.52),
            (0.52, 0.42, 0.36),
            (0.74, 0.73, 0.69),
            (0.46, 0.46, 0.47),
            (0.60, 0.52, 0.46),
            (0.38, 0.35, 0.34),
        ),
        roof=((0.40, 0.28, 0.24), (0.32, 0.30, 0.30), (0.26, 0.27, 0.30)),
        glass=(0.20, 0.22, 0.24),
        foliage=((0.24, 0.32, 0.20), (0.30, 0.36, 0.22), (0.20, 0.28, 0.20)),
        grass=((0.36, 0.42, 0.26), (0.44, 0.44, 0.30)),
        bark=(0.28, 0.25, 0.22),
        sky_top=(0.66, 0.72, 0.78),
        sky_low=(0.86, 0.88, 0.88),
        wall=((0.50, 0.48, 0.45), (0.44, 0.36, 0.32), (0.42, 0.42, 0.42)),
        fence=((0.32, 0.34, 0.33), (0.40, 0.34, 0.28), (0.50, 0.51, 0.50)),
        pole=((0.42, 0.43, 0.43), (0.34, 0.36, 0.35)),
        car=(
            (0.10, 0.10, 0.11),
            (0.18, 0.20, 0.26),
            (0.74, 0.75, 0.75),
            (0.12, 0.13, 0.14),
            (0.46, 0.47, 0.48),
            (0.58, 0.59, 0.60),
            (0.24, 0.26, 0.25),
            (0.42, 0.14, 0.13),
        ),
        lorry=((0.74, 0.74, 0.72), (0.50, 0.22, 0.18), (0.26, 0.34, 0.46), (0.66, 0.58, 0.34)),
        clothes=(
            (0.40, 0.20, 0.20),
            (0.20, 0.24, 0.34),
            (0.62, 0.60, 0.58),
            (0.12, 0.12, 0.13),
            (0.28, 0.30, 0.26),
            (0.46, 0.40, 0.32),
        ),
        spread=0.20,
        hue_spread=0.05,
    ),
    surface=Surface(
        grain=0.20, stain=0.24, wear=0.40, brick=0.45, paving=0.16,
        glass_contrast=0.70, leaf_contrast=0.65,
    ),
    light=Light(sun=0.26, ambient=0.66, spread=0.80, shadow=0.30, cloud=0.85, haze=0.0045),
    sensor=Sensor(
        gain=1.28, gain_spread=0.22, bend=1.0, contrast=0.88, saturation=0.80,
        cast=(0.93, 1.03, 0.98), cast_spread=0.06, blur=0.70, noise=0.022, vignette=0.22,
        bonnet=0.07, border=0.008,
    ),
    view=View(
        focal=1.05, height=1.25, height_spread=0.12, pitch=0.05, pitch_spread=0.03,
        yaw_spread=0.10, lateral_spread=0.6, bend_spread=0.0006,
    ),
    population=Population(
        traffic=2.2, parked=6.5, truck=0.08, bus=0.08, tram=0.16, person=8.0, rider=2.4,
        bicycle=3.2, motorcycle=1.2, tree=6.5, pole=5.0, sign=4.0, junction=0.5, wall=0.34,
        fence=0.44, park=0.28, verge=0.35,
    ),
)  # fmt: skip
