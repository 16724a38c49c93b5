"""Composes a street scene: what stands where."""

from collections.abc import Iterator
from functools import partial

from benchmarks.streets.cars import draw_car, paint_car
from benchmarks.streets.draws import Draws
from benchmarks.streets.furniture import paint_traffic_light
from benchmarks.streets.houses import draw_house, paint_house
from benchmarks.streets.lorries import paint_coach, paint_truck
from benchmarks.streets.people import paint_person, paint_rider
from benchmarks.streets.plots import paint_tree
from benchmarks.streets.roadside import parked_cars, pavement, plots
from benchmarks.streets.stage import Stage
from benchmarks.streets.street import Street
from benchmarks.streets.things import REACH, Thing, own, spread_out


def compose(stage: Stage, street: Street, draws: Draws) -> list[Thing]:
    """All things of a scene, the nearest first, so that hidden pixels are not computed."""
    things: list[Thing] = []
    for side in (0, 1):
        things += plots(stage, street, draws, side)
        things += pavement(stage, street, draws, side)
        if street.parking[side]:
            things += parked_cars(stage, street, draws, side)
    for lane in range(street.lanes):
        things += _traffic(stage, street, draws, lane, -1)
        things += _traffic(stage, street, draws, lane, 1)
    things += _riders(stage, street, draws)
    if street.rails:
        sign, z = draws.pick((-1, 1)), draws.uniform(22.0, 50.0)
        frame = street.place(sign * 1.6, z)
        things.append(Thing(z - 12, partial(paint_coach, stage, frame, own(draws), True)))
    if street.junction:
        things += _waiting(stage, street, draws, street.junction)
        things += _cross_traffic(stage, street, draws, street.junction)
    things += _backdrop(stage, street, draws)
    return sorted(things, key=lambda thing: thing.z)


def _traffic(stage: Stage, street: Street, draws: Draws, lane: int, sign: int) -> Iterator[Thing]:
    """Moving cars, lorries and buses in one lane; sign is +1 with the camera, -1 against."""
    population = stage.style.population
    behind_camera = sign > 0 and lane == street.lanes - 1
    start = draws.uniform(11.0, 24.0) if behind_camera else 6.0
    taken = -100.0
    for z in spread_out(draws, population.traffic, start, 130.0):
        frame = street.place(sign * street.lane(lane) + draws.around(0, 0.3), z)
        frame = frame if sign > 0 else frame.turned(-1.0, 0.0)
        kind, thing = draws.random(), own(draws)
        large = kind < population.truck + population.bus
        if z - taken < (17.0 if large else 8.0):
            continue
        taken = z + (7.0 if large else 0.0)
        if kind < population.truck:
            frame = frame.moved(0.0, sign * 4.0)
            yield Thing(z, partial(paint_truck, stage, frame, thing))
        elif large:
            frame = frame.moved(0.0, sign * 5.0)
            yield Thing(z - 1, partial(paint_coach, stage, frame, thing, False))
        else:
            car = draw_car(thing, stage)
            yield Thing(z - 2, partial(paint_car, stage, frame, car))


def _riders(stage: Stage, street: Street, draws: Draws) -> Iterator[Thing]:
    """Riders along both edges of the roadway."""
    for sign in (-1, 1):
        side = int(sign > 0)
        edge = street.half[side] - 2.2 * street.parking[side] - 0.6
        for z in spread_out(draws, stage.style.population.rider, 6.0, 60.0):
            frame, motor = street.place(sign * edge, z), draws.chance(0.35)
            yield Thing(z, partial(paint_rider, stage, frame, own(draws), motor, False))


def _waiting(
    stage: Stage, street: Street, draws: Draws, junction: tuple[float, float]
) -> Iterator[Thing]:
    """Traffic lights at the junction's corners and people on the crossing."""
    near, far = junction
    for sign in (-1, 1):
        for z in (near - 0.8, far + 0.8):
            if draws.chance(0.85):
                frame = street.place(sign * (street.half[sign > 0] + 0.6), z)
                yield Thing(z, partial(paint_traffic_light, stage, frame, own(draws)))
    for _ in range(draws.integer(0, 4)):
        across = draws.uniform(-street.half[0], street.half[1])
        frame = street.place(across, near - 2.0)
        yield Thing(near - 2, partial(paint_person, stage, frame, own(draws)))


def _cross_traffic(
    stage: Stage, street: Street, draws: Draws, junction: tuple[float, float]
) -> Iterator[Thing]:
    """Cars, lorries and riders that cross from both sides, seen from the side."""
    near, far = junction
    for sign in (-1, 1):
        z = (near + far) / 2 - sign * (far - near) * 0.22
        for start in (-38.0, -16.0, 8.0, 30.0):
            across = start + draws.uniform(-4.0, 10.0)
            thing, kind, motor = own(draws), draws.random(), draws.chance(0.4)
            if not draws.chance(0.4):
                continue
            flat = street.place(across, z)
            frame = flat.turned(0.0, float(sign))
            if kind < 0.62:
                yield Thing(z, partial(paint_car, stage, frame, draw_car(thing, stage)))
            elif kind < 0.62 + stage.style.population.truck:
                yield Thing(z, partial(paint_truck, stage, frame, thing))
            else:
                yield Thing(z, partial(paint_rider, stage, flat, thing, motor, True))


def _backdrop(stage: Stage, street: Street, draws: Draws) -> Iterator[Thing]:
    """Houses and trees across the far end, so that the street does not end in nothing."""
    z = REACH + 12.0
    middle = street.bend * z * z
    x = -90.0
    while x < 90.0:
        house = draw_house(draws, stage)
        frame = street.place(x, z + draws.uniform(0.0, 20.0))
        if draws.chance(0.5 if abs(x - middle) < 40 else 0.75):
            for _ in range(2):
                spot = frame.moved(draws.uniform(0.0, 9.0), draws.uniform(-8.0, 0.0))
                yield Thing(z, partial(paint_tree, stage, spot, own(draws), 1.6))
            x += 9.0
        else:
            yield Thing(z, partial(paint_house, stage, frame.turned(0.0, 1.0), house, 0))
            x += house.length + draws.uniform(0.0, 3.0)
