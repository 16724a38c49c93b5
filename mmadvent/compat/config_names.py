"""Configs by the package's name: ``_base_ = "mmadvent::advent/deeplabv2_r101_gta2cs.py"``.

mmengine knows such names of a fixed list of packages alone, finds no package that is installed
editable, and gives all that it reads so the scope of that package, where mmseg's names are unknown
(mmengine/config/config.py).
"""

from pathlib import Path

from mmadvent.errors import InputError

__all__ = ["OWN", "find_own_configs", "resolve_own_configs"]

OWN = "mmadvent::"
PACKAGE = Path(__file__).resolve().parents[1]


def find_own_configs() -> Path:
    """The folder of ``configs/``, ``tools/`` and ``model-index.yml``: of the wheel or a checkout.

    Raises:
        InputError: if there is neither.
    """
    for folder in (PACKAGE / ".mim", PACKAGE.parent):
        if (folder / "configs").is_dir():
            return folder
    raise InputError(f"mmadvent was installed without its configs: '{PACKAGE}' has no .mim/configs")


def resolve_own_configs() -> None:
    """Let mmengine find ``mmadvent::`` configs. Calling it again changes nothing."""
    from mmengine.config import Config

    resolve = Config._get_cfg_path
    if getattr(resolve, "__module__", "") == __name__:
        return

    def own_or_upstream(cfg_path: str, filename: str) -> tuple[str, str | None]:
        if cfg_path.startswith(OWN):
            return str(find_own_configs() / "configs" / cfg_path.removeprefix(OWN)), None
        return resolve(cfg_path, filename)

    Config._get_cfg_path = staticmethod(own_or_upstream)
