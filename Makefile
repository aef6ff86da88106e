.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
DEMO := out/demo

.PHONY: help demo test test-slow lint types bench serve lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# Two sets are locked: what runs the product, and that plus what tests it. Both are installed with hashes.
$(BIN)/runtime.done: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/dev.done: requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(BIN)/runtime.done

demo: $(BIN)/runtime.done ## edit a real workbook by a sentence, without any key; says what changed
	@mkdir -p $(DEMO)
	$(BIN)/office-copilot edit fixtures/spreadsheets/sales.xlsx \
	  'set D2 to 20; format column F as currency; make the header row bold; freeze the first row; add a total row' \
	  --no-input -o $(DEMO)/sales.xlsx

test: $(BIN)/dev.done ## the default suite: no network, no system package
	$(BIN)/pytest -n 2 -m "not slow"

test-slow: $(BIN)/dev.done ## what takes minutes: corpus sweeps, kill tests
	$(BIN)/pytest -n 2 -m slow

lint: $(BIN)/dev.done ## style, as pre-commit and CI check it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/dev.done ## strict types
	$(BIN)/basedpyright

bench: $(BIN)/dev.done ## ratios against limits and peers, each measured in one run
	$(BIN)/python -m bench

serve: $(BIN)/runtime.done ## serve the page with a sample session ready, without any key; ends with Ctrl-C
	$(BIN)/office-copilot serve --open fixtures/spreadsheets/sales.xlsx

lock: $(BIN)/dev.done ## resolve the dependencies anew; what runs the product follows what tests it
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra build --extra dev --extra evals pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra build -c requirements-dev.lock pyproject.toml -o requirements.lock

clean: ## remove what the targets made
	rm -rf .venv out .pytest_cache .ruff_cache .hypothesis
