# Thin: everything is done by bootstrap.py, which also works without make.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) bootstrap.py

.PHONY: run test check format lock real soak bench clean

run:    ## serve a demo fair on 127.0.0.1:5000 (PORT=… changes the port)
	@exec $(BOOTSTRAP) run

test:   ## the checks and every test; installs what they need
	@exec $(BOOTSTRAP) test $(ARGS)

check:  ## format, lint, types, templates, architecture
	@exec $(BOOTSTRAP) check

format: ## format and repair what can be repaired
	@$(BOOTSTRAP) venv
	@.venv/bin/python -m ruff check --fix-only --quiet .
	@.venv/bin/python -m ruff format --quiet .

lock:   ## write requirements*.txt from requirements*.in (ARGS=--upgrade for newer versions)
	@exec $(BOOTSTRAP) lock $(ARGS)

real:   ## the tests on real data: make real DATA=FOLDER
	@test -n "$(DATA)" || { echo "Which data? Say make real DATA=FOLDER, the folder that holds the real data." >&2; exit 1; }
	@exec $(BOOTSTRAP) real --data "$(DATA)"

soak:   ## the tests that run for a long time
	@exec $(BOOTSTRAP) soak

bench:  ## every benchmark, one after the other
	@exec $(BOOTSTRAP) bench

bench-%:
	@exec $(BOOTSTRAP) bench $* $(ARGS)

clean:  ## remove what set-up and tests made; instance/ with its data stays
	rm -rf .venv .tools .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
