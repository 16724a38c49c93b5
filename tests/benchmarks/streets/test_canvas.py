import numpy as np

from benchmarks.streets.camera import Camera, Frame
from benchmarks.streets.canvas import FAR, Canvas, Rectangle, Shaded, upright
from benchmarks.streets.noise import Floats

# One focal length is 100 pixels: a metre at a depth of 10 m is 10 pixels wide.
CAMERA = Camera(100, 60, focal=100.0, x=0.0, elevation=1.5, pitch=0.0, yaw=0.0)


def _canvas() -> Canvas:
    return Canvas(CAMERA, lambda normal: 1.0)


def _gray(u: Floats, v: Floats) -> Shaded:
    return Shaded(np.full((len(u), 3), 0.5, dtype=np.float32))


def test_a_board_covers_the_pixels_that_its_size_and_distance_say() -> None:
    canvas = _canvas()
    canvas.paint(Frame(0.0, 10.0), upright(-1.0, 0.5, 2.0, 1.0), _gray, 24, 24000)
    rows, columns = np.nonzero(canvas.label == 24)
    assert (columns.min(), columns.max()) == (40, 59)
    assert (rows.min(), rows.max()) == (30, 39)
    assert np.allclose(canvas.depth[canvas.label == 24], 10.0, rtol=1e-5)
    assert set(np.unique(canvas.instance)) == {0, 24000}


def test_the_nearer_board_wins_in_either_order() -> None:
    board = upright(-1.0, 0.5, 2.0, 1.0)
    results = []
    for order in ((5.0, 10.0), (10.0, 5.0)):
        canvas = _canvas()
        for z in order:
            canvas.paint(Frame(0.0, z), board, _gray, int(z))
        results.append(canvas.label)
    assert np.array_equal(*results)
    assert results[0][30, 50] == 5


def test_the_ground_deepens_towards_the_horizon() -> None:
    canvas = _canvas()
    ground = Rectangle((-50.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), 100.0, 100.0)
    canvas.paint(Frame(), ground, _gray, 7)
    column = canvas.depth[32:, 50]
    assert np.all(np.diff(column) < 0)
    # Row 40 lies 10.5 pixels under the horizon: 1.5 m * 100 / 10.5.
    assert abs(float(canvas.depth[40, 50]) - 150 / 10.5) < 1e-3


def test_one_sided_boards_are_invisible_from_behind() -> None:
    canvas = _canvas()
    away = Rectangle((-1.0, 0.5, 10.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 2.0, 1.0)
    canvas.paint(Frame(), away, _gray, 7, one_sided=True)
    assert not canvas.label.any()
    towards = Rectangle((1.0, 0.5, 10.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 2.0, 1.0)
    canvas.paint(Frame(), towards, _gray, 7, one_sided=True)
    assert canvas.label.any()


def test_holes_let_what_is_behind_through() -> None:
    canvas = _canvas()

    def holed(u: Floats, v: Floats) -> Shaded:
        return Shaded(np.zeros((len(u), 3), dtype=np.float32), u > 1.0)

    canvas.paint(Frame(0.0, 10.0), upright(-1.0, 0.5, 2.0, 1.0), holed, 13)
    assert canvas.label[35, 45] == 0 and canvas.depth[35, 45] == FAR
    assert canvas.label[35, 55] == 13


def test_instances_count_from_zero_in_each_class() -> None:
    canvas = _canvas()
    assert [canvas.new_instance(label) for label in (26, 26, 24)] == [26000, 26001, 24000]
