"""What stands beside the road: plots, street furniture, people and parked vehicles."""

from collections.abc import Iterator
from functools import partial

from benchmarks.streets.cars import draw_car, paint_car
from benchmarks.streets.draws import Draws
from benchmarks.streets.furniture import paint_bin, paint_lamp, paint_sign
from benchmarks.streets.houses import draw_house, paint_house
from benchmarks.streets.people import paint_parked_cycle, paint_person
from benchmarks.streets.plots import paint_fence, paint_hedge, paint_tree, paint_wall
from benchmarks.streets.stage import Stage
from benchmarks.streets.street import KERB, Street
from benchmarks.streets.things import REACH, Thing, own, spread_out


def plots(stage: Stage, street: Street, draws: Draws, side: int) -> Iterator[Thing]:
    """A row of houses, walled or fenced gardens and open green plots."""
    population = stage.style.population
    sign = 1 if side else -1
    front = street.front(side)
    z = draws.uniform(-14.0, -4.0)
    while z < REACH:
        kind = draws.weighted((1.0, population.wall, population.fence, population.park))
        house = draw_house(draws, stage)
        length = house.length if kind == 0 else draws.uniform(8.0, 18.0)
        if street.junction and street.blocked(z - 1.0, z + length):
            z = max(street.junction[1] + 2.0, z + 1.0)
            continue
        frame = street.place(sign * front, z)
        if kind == 0:
            yield Thing(z, partial(paint_house, stage, frame, house, side))
        else:
            if kind == 1:
                yield Thing(z, partial(paint_wall, stage, frame, length, own(draws)))
            elif kind == 2:
                yield Thing(z, partial(paint_fence, stage, frame, length, own(draws)))
            yield from _garden(stage, street, draws, sign * (front + 2.5), z, length, kind == 3)
        z += length + (draws.uniform(1.0, 5.0) if draws.chance(0.3) else 0.0)


def _garden(
    stage: Stage, street: Street, draws: Draws, across: float, z: float, length: float, park: bool
) -> Iterator[Thing]:
    """Trees and a hedge behind a wall or fence, or on open land."""
    sign = 1 if across > 0 else -1
    for _ in range(draws.integer(1, 3)):
        place = z + draws.uniform(1.0, length)
        frame = street.place(across + sign * draws.uniform(0.5, 7.0), place)
        yield Thing(place, partial(paint_tree, stage, frame, own(draws)))
    if draws.chance(0.75):
        frame = street.place(across + sign * (12.0 if park else 5.0), z)
        height = draws.uniform(1.2, 4.5)
        yield Thing(z + 1, partial(paint_hedge, stage, frame, length, height, own(draws)))


def pavement(stage: Stage, street: Street, draws: Draws, side: int) -> Iterator[Thing]:
    """Trees, posts, signs, bins, people and parked cycles between kerb and plots."""
    population = stage.style.population
    sign = 1 if side else -1
    kerb, front = street.half[side] + KERB, street.front(side)
    margin = kerb + 0.35

    def free(density: float, start: float = 4.0, stop: float = REACH) -> Iterator[float]:
        for z in spread_out(draws, density, start, stop):
            if not street.blocked(z - 1.0, z + 1.0):
                yield z

    planted = kerb + max(street.verge[side] / 2, 0.5)
    trees = population.tree if street.verge[side] or draws.chance(0.5) else 0.0
    size = draws.uniform(0.7, 1.1)
    for z in free(trees, 6.0):
        frame = street.place(sign * planted, z)
        yield Thing(z, partial(paint_tree, stage, frame, own(draws), size))
    for z in free(population.pole, 5.0):
        frame = street.place(sign * margin, z)
        yield Thing(z, partial(paint_lamp, stage, frame, own(draws), -sign))
    for z in free(population.sign, 7.0):
        frame = street.place(sign * (margin + 0.1), z)
        yield Thing(z, partial(paint_sign, stage, frame, own(draws)))
    for z in free(1.2, 6.0, 60.0):
        frame = street.place(sign * (front - 0.5), z)
        yield Thing(z, partial(paint_bin, stage, frame, own(draws)))
    walk = kerb + street.verge[side]
    for z in free(population.person, 5.0, 80.0):
        for _ in range(draws.integer(1, 3)):
            across = draws.uniform(walk + 0.4, max(front - 0.5, walk + 0.8))
            place = z + draws.uniform(-0.8, 0.8)
            frame = street.place(sign * across, place)
            yield Thing(place, partial(paint_person, stage, frame, own(draws)))
    for motor, density in ((False, population.bicycle), (True, population.motorcycle)):
        for z in free(density, 5.0, 70.0):
            across = draws.uniform(margin, min(margin + 1.0, front - 0.3))
            frame, aside = street.place(sign * across, z), draws.chance(0.6)
            yield Thing(z, partial(paint_parked_cycle, stage, frame, own(draws), motor, aside))


def parked_cars(stage: Stage, street: Street, draws: Draws, side: int) -> Iterator[Thing]:
    """Cars along the kerb, most of them facing their own direction of traffic."""
    across = (1 if side else -1) * (street.half[side] - 1.05)
    z = draws.uniform(-3.0, 12.0)
    fill = min(stage.style.population.parked / 14.0, 1.0)
    while z < 120.0:
        car = draw_car(draws, stage)
        taken = draws.chance(fill)
        flipped = draws.chance(0.12 if side else 0.85)
        if taken and z > 2.5 and not street.blocked(z - 8.0, z + 8.0):
            frame = street.place(across, z)
            frame = frame.turned(-1.0, 0.0) if flipped else frame
            yield Thing(z - 2.2, partial(paint_car, stage, frame, car))
        z += 6.0 + draws.uniform(0.0, 1.2)
