"""A stand-in for ``mmcv._ext`` where mmcv comes without its compiled operators.

``mmseg.utils`` and mmdet import ``mmcv.ops``, which wants the compiled module at import, though the
models here call nothing of it but NMS. The stand-in is offered by a finder at the very end of
``sys.meta_path``: Python asks it only after nobody else had an ``mmcv._ext``, so a full mmcv is
never touched.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from mmadvent.errors import InputError

from .versions import installed_line

__all__ = ["MissingOpError", "offer_stand_in"]

EXT = "mmcv._ext"


REMEDIES = {
    "openmmlab": "mmcv==2.1.0 in place of mmcv-lite",
    "onedl": "an onedl-mmcv that was built with them",
}


class MissingOpError(InputError):
    """A compiled operator was called that neither the installed mmcv nor mmadvent supplies."""


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise MissingOpError(
            f"the compiled operator '{name}' of mmcv was called, but the installed mmcv has no "
            "compiled operators and mmadvent supplies only 'nms': install "
            f"{REMEDIES[installed_line()]} (docs/install.md says how)"
        )

    refuse.__name__ = name
    return refuse


class _StandIn(ModuleType):
    """Has every attribute that mmcv's loader asks for; those not supplied refuse when called."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refusal(name)


class _StandInLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name, __doc__)

    def exec_module(self, module: ModuleType) -> None:
        from .nms import nms

        vars(module).update(
            nms=nms,
            # mmcv's environment report calls these two.
            get_compiler_version=lambda: "n/a",
            get_compiling_cuda_version=lambda: "n/a",
        )


class _StandInFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(EXT, _StandInLoader()) if fullname == EXT else None


def offer_stand_in() -> None:
    """Make ``import mmcv._ext`` succeed where it would fail. Calling it again changes nothing."""
    if not any(isinstance(finder, _StandInFinder) for finder in sys.meta_path):
        sys.meta_path.append(_StandInFinder())
