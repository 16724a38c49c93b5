# `make help` lists what can be made. Nothing needs to be set up before.
PYTHON ?= python3
# An index of torch in place of pip's own, for a CPU-only or a certain CUDA build: docs/install.md.
TORCH_INDEX ?=
# Which line of OpenMMLab, and where its environment lies.
LINE ?= openmmlab
VENV ?= .venv$(if $(filter openmmlab,$(LINE)),,-$(LINE))
# How many tests run at once, each on one core, and further options of pytest.
JOBS ?= 2
PYTEST_ARGS ?=

SHELL := /bin/bash
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
	--no-compile --constraint requirements/constraints.txt
REQUIREMENTS := $(patsubst %,requirements/%.txt,runtime $(LINE) tests onnx)
# The hooks and the tests call the tools of the environment by name. Bytecode is kept: without it
# every process would compile OpenMMLab anew, for ten seconds.
RUN := PATH="$(abspath $(BIN)):$$PATH" PRE_COMMIT_HOME="$(abspath $(VENV))/.pre-commit" \
	PYTHONDONTWRITEBYTECODE=

.DEFAULT_GOAL := help
.PHONY: help env demo benchmark-streets demo-detection benchmark-detection benchmark-camvid
.PHONY: demo-translation benchmark-translation
# `docs` is a folder, too.
.PHONY: docs docs-search zoo
.PHONY: bench bench-growth test test-all test-onedl test-wheel unit lint clean

help:  ## list what can be made
	@grep -hE '^[a-z0-9-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 20

# --- environment -------------------------------------------------------------------------------

env: $(STAMP)  ## set up .venv (about a minute); made again when the requirements change

$(STAMP): $(REQUIREMENTS) requirements/constraints.txt setup.py
	@echo "setting up $(VENV) with the $(LINE) line: about a minute, or as long as torch takes to download"
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else \
		f"mmadvent needs Python 3.11 to 3.13, but {sys.executable} is {v[0]}.{v[1]}: make PYTHON=...")'
	@$(PYTHON) -m venv $(VENV)
	@$(if $(TORCH_INDEX),$(PIP) --no-deps --index-url "$(TORCH_INDEX)" torch)
	@$(PIP) setuptools $(addprefix --requirement ,$(REQUIREMENTS))
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

clean:  ## remove the environments and the caches
	rm -rf .venv .venv-onedl .mypy_cache .pytest_cache .ruff_cache build *.egg-info

# --- the rendered benchmarks ---------------------------------------------------------------------

# make benchmark-detection NETWORK=ssd300_vgg16 AMP=1; an option that a benchmark lacks is refused.
WORDS = $(if $(AMP),--amp) $(if $(TRAININGS),--jobs $(TRAININGS)) $(if $(PAIR),--pair $(PAIR)) \
	$(if $(NETWORK),--network $(NETWORK)) $(if $(NORM),--norm $(NORM)) \
	$(if $(WEIGHTS),--weights $(WEIGHTS)) $(if $(SCALE),--scale $(SCALE))

demo: env  ## render two street domains, train each method, compare (nine minutes on two idle cores)
	@$(RUN) python -m benchmarks.runs.streets --directions gta5 --methods source_only minent advent oracle $(WORDS)

benchmark-streets: env  ## every method, two directions, three seeds: the tables of docs/results.md
	@$(RUN) python -m benchmarks.runs.streets --seeds 0 1 2 $(WORDS)

demo-detection: env  ## the demo of detection: clear streets to foggy ones, a table and boxes
	@$(RUN) python -m benchmarks.runs.foggy_streets --methods source_only minent advent oracle $(WORDS)

benchmark-detection: env  ## the same with the control and three seeds: the table of docs/detection.md
	@$(RUN) python -m benchmarks.runs.foggy_streets --seeds 0 1 2 $(WORDS)

demo-translation: env  ## the demo of image-level adaptation: a translator, its pictures, a table
	@$(RUN) python -m benchmarks.runs.translation --out work_dirs/demo_translation \
		--methods source_only fourier semantic_gan oracle --iterations 200 50 \
		--translator-iterations 200 \
		--translator-options train_dataloader.batch_size=1 target_dataloader.batch_size=1 $(WORDS)

benchmark-translation: env  ## every translator, three seeds; PAIR=streets_to_camvid needs its data
	@$(RUN) python -m benchmarks.runs.translation --seeds 0 1 2 $(WORDS)

# --- the benchmark of real pictures --------------------------------------------------------------

benchmark-camvid: env  ## CamVid by day to dusk, three seeds; needs its data: docs/camvid.md
	@$(RUN) python -m benchmarks.runs.camvid --seeds 0 1 2 $(WORDS)

# --- speed -------------------------------------------------------------------------------------

bench: env  ## measure speed and memory beside the released code's way, on a machine at rest
	@$(RUN) python -m benchmarks.speed

bench-growth: env  ## measure how time and memory grow, on a machine at rest (ten minutes)
	@$(RUN) python -m benchmarks.speed.growth

# --- pages ---------------------------------------------------------------------------------------

docs: env  ## build the site into build/site, without a warning
	@$(PIP) --requirement requirements/docs.txt
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet
	@echo "build/site/index.html"

docs-search: docs  ## search the built site in a headless browser: needs chromium and chromedriver
	@$(BIN)/python docs/search_check.py EntropyLoss

zoo: env  ## write docs/model_zoo.md from the metafiles and the results
	@$(BIN)/python docs/hooks.py

# --- checks ------------------------------------------------------------------------------------

lint: env  ## run every hook of .pre-commit-config.yaml over all files
	@$(RUN) pre-commit run --all-files

unit: env
	@# Without the limit, a process that dies leaves pytest waiting for ever.
	@$(RUN) OMP_NUM_THREADS=1 python -m pytest -n $(JOBS) --dist loadfile --max-worker-restart 0 $(PYTEST_ARGS)

test: lint  ## check and test; slow tests are left to test-all
	@$(MAKE) --no-print-directory unit

test-all: lint  ## check and test, slow tests included
	@$(MAKE) --no-print-directory unit PYTEST_ARGS="-m '' $(PYTEST_ARGS)"

test-onedl:  ## the same tests on the maintained onedl line, in .venv-onedl
	@$(MAKE) --no-print-directory unit LINE=onedl

test-wheel: env  ## build, check and install the wheel for each Python there is, and train with it
	@$(PIP) --requirement requirements/wheel.txt
	@$(RUN) TORCH_INDEX="$(TORCH_INDEX)" OMP_NUM_THREADS=1 python -m pytest \
		tests/wheel/wheel_checks.py -rs -o faulthandler_timeout=5400 $(PYTEST_ARGS)
