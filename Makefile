.PHONY: run test check bench clean lock

run:    ## set up what is missing and start on http://127.0.0.1:8000 (PORT changes it)
	@scripts/run $(ARGS)

test:   ## set up what is missing and run every test (ARGS="-m 'not browser'" for some)
	@scripts/test $(ARGS)

check:  ## lint, type-check, check the curated content
	@scripts/check

bench:  ## measure, beside stock Rasa
	@scripts/bench $(ARGS)

lock:   ## resolve requirements/*.in again (ARGS=--upgrade for newer versions)
	@scripts/lock $(ARGS)

clean:  ## remove .venv and caches; var/, where conversations are kept, stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .rasa results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
