"""Packaging of mmadvent. What it requires is read from requirements/, the one source of truth."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent


def requirements(name: str) -> list[str]:
    """The lines of requirements/NAME.txt without comments."""
    lines = (HERE / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def version() -> str:
    """The version, read without importing the package (which would need torch)."""
    text = (HERE / "mmadvent" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+)"', text)
    if found is None:
        raise RuntimeError("mmadvent/version.py does not hold a version")
    return found.group(1)


readme = HERE / "README.md"
setup(
    name="mmadvent",
    version=version(),
    description="Unsupervised domain adaptation by entropy minimisation, as a plugin of OpenMMLab",
    long_description=readme.read_text(encoding="utf-8") if readme.exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=find_packages(include=["mmadvent", "mmadvent.*"]),
    package_data={"mmadvent": ["py.typed", "results/paper_figures.json"]},
    python_requires=">=3.11,<3.14",
    install_requires=requirements("runtime"),
    # The lines share import names: a hard requirement would install one over the other.
    extras_require={
        "openmmlab": requirements("openmmlab"),
        "onedl": requirements("onedl"),
        "tests": requirements("tests"),
    },
    zip_safe=False,
)
