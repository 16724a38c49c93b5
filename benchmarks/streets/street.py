"""The course and the cross-section of a street."""

from dataclasses import dataclass

from benchmarks.streets.camera import Frame, heading
from benchmarks.streets.draws import Draws
from benchmarks.streets.style import DomainStyle

KERB = 0.25
"""Width of the kerb in metres."""


@dataclass(frozen=True)
class Street:
    """A street whose middle follows x = bend * z**2; traffic drives on the right.

    Lengths are in metres, measured from the middle of the road; pairs are (left, right).
    """

    bend: float
    lanes: int
    lane_width: float
    parking: tuple[bool, bool]
    verge: tuple[float, float]
    walk: tuple[float, float]
    junction: tuple[float, float] | None
    rails: bool
    dashed: bool

    @property
    def half(self) -> tuple[float, float]:
        """Distance of each kerb from the middle."""
        lanes = self.lanes * self.lane_width + (3.0 if self.rails else 0.0)
        return (lanes + 2.2 * self.parking[0], lanes + 2.2 * self.parking[1])

    def front(self, side: int) -> float:
        """Distance of the plots on side 0 (left) or 1 (right) from the middle."""
        return self.half[side] + KERB + self.verge[side] + self.walk[side]

    def lane(self, number: int) -> float:
        """Middle of the lane ``number`` = 0, 1, ... (right hand), counted from the middle."""
        return (number + 0.5) * self.lane_width + (3.0 if self.rails else 0.0)

    def place(self, across: float, z: float) -> Frame:
        """The frame of a thing that stands at a distance from the middle, along the street."""
        cos, sin = heading(2 * self.bend * z)
        return Frame(across + self.bend * z * z, z, cos, sin)

    def blocked(self, low: float, high: float) -> bool:
        """Whether the stretch [low, high] touches the junction."""
        return self.junction is not None and low < self.junction[1] and high > self.junction[0]


def draw_street(draws: Draws, style: DomainStyle) -> Street:
    """A street as the style's view and population have it."""
    population = style.population
    junction = None
    if draws.chance(population.junction):
        start = draws.uniform(12.0, 60.0)
        junction = (start, start + draws.uniform(8.0, 13.0))
    rails = draws.chance(population.tram)
    return Street(
        bend=draws.around(0.0, style.view.bend_spread),
        lanes=1 if rails else draws.pick((1, 1, 2)),
        lane_width=draws.uniform(3.0, 3.6),
        parking=(draws.chance(0.6), draws.chance(0.6)),
        verge=(_verge(draws, population.verge), _verge(draws, population.verge)),
        walk=(draws.uniform(1.8, 4.5), draws.uniform(1.8, 4.5)),
        junction=junction,
        rails=rails,
        dashed=draws.chance(0.8),
    )


def _verge(draws: Draws, probability: float) -> float:
    width = draws.uniform(1.0, 3.5)
    return width if draws.chance(probability) else 0.0
