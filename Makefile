# Two commands: `make run` and `make test`. `make help` lists the parts of the second.

# Where `make run` listens and keeps its data: make run PORT=9000 DATA=/srv/imbox
PORT ?= 8080
DATA ?= ./data

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SETUP := scripts/setup.sh
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
NEXTEST_PROFILE := $(if $(CI),ci,default)
# With the examples, so that Cargo chooses the same features as for the tests and builds nothing twice.
BUILD := cargo build --workspace --bins --examples --locked
DISCOVERY := imd/tests/discovery
VENV := target/tools/discovery
API := imd/tests/api
API_VENV := target/tools/api
SYSTEM := imd/tests/system
SYSTEM_VENV := target/tools/system

# Ready-made cargo-nextest and cargo-deny live here on a machine that has none of its own.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

headline = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

# ---- run

.PHONY: run
run: ## Build everything and start it
	$(call headline,build)
	@$(SETUP) rust node
	cargo build --release --locked --package imd
	$(call headline,run)
	@exec $(TARGET)/release/imd serve --listen '0.0.0.0:$(PORT)' --listen '[::]:$(PORT)' --data '$(DATA)'

# ---- test: cheap checks first, and the first that fails ends the run

.NOTPARALLEL:

.PHONY: test
test: lint test-web test-rust test-discovery test-system test-api test-browser ## Everything below
	$(call headline,all passed)

.PHONY: lint
lint: lint-shell test-overlay test-keys lint-rust lint-deps lint-about lint-docs ## Whatever needs no running program

.PHONY: lint-shell
lint-shell: ## shellcheck
	$(call headline,shellcheck)
	@$(SETUP) shell
	@git ls-files -z --cached --others --exclude-standard -- '*.sh' .ci/run | xargs -0 shellcheck
	@echo ok

.PHONY: lint-rust
lint-rust: ## rustfmt and clippy
	$(call headline,rustfmt)
	@$(SETUP) rust
	@cargo fmt --all --check
	@echo ok
	$(call headline,clippy)
	cargo clippy --workspace --all-targets --locked -- -D warnings

.PHONY: lint-deps
lint-deps: ## Licences, sources and duplicates of the dependencies
	$(call headline,cargo deny)
	@$(SETUP) rust deny
	cargo deny --locked check --hide-inclusion-graph bans licenses sources

.PHONY: lint-about
lint-about: ## Is every crate and package in the binary named on the About page? Mended by `make about`
	$(call headline,licences and bill of materials)
	@$(SETUP) rust
	@cargo fetch --locked --quiet
	python3 scripts/about.py --check

.PHONY: lint-docs
lint-docs: ## rustdoc
	$(call headline,rustdoc)
	@$(SETUP) rust node
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --document-private-items --locked

.PHONY: test-web
test-web: webui-deps ## Types and unit tests of the web app
	$(call headline,web app: types)
	npm --prefix webui run typecheck
	$(call headline,web app: unit tests)
	npm --prefix webui test

.PHONY: test-rust
test-rust: ## Unit and integration tests of the daemon
	$(call headline,daemon: tests)
	@$(SETUP) rust node nextest age
	cargo nextest run --workspace --locked --profile $(NEXTEST_PROFILE)
	cargo test --workspace --locked --doc --quiet

.PHONY: test-postgres
test-postgres: ## The store on PostgreSQL: not a part of `make test`, because no box has it
	$(call headline,store on PostgreSQL)
	@$(SETUP) rust nextest postgres
	cargo clippy -p imbox-store --features postgres --all-targets --locked -- -D warnings
	cargo nextest run -p imbox-store --features postgres --locked --profile $(NEXTEST_PROFILE)

.PHONY: test-discovery
test-discovery: $(VENV)/.installed ## mDNS, asked by another resolver in network namespaces
	$(call headline,discovery)
	@$(SETUP) rust node netns
	$(BUILD)
	IMD_BIN='$(abspath $(TARGET))/debug/imd' $(VENV)/bin/python -m pytest -p no:cacheprovider $(DISCOVERY)

.PHONY: test-api
test-api: $(API_VENV)/.installed webui-deps ## The published schema: validated, made into a client, every operation tried
	$(call headline,api)
	@$(SETUP) rust node venv
	$(BUILD)
	IMD_BIN='$(abspath $(TARGET))/debug/imd' $(API_VENV)/bin/python -m pytest -p no:cacheprovider $(API)

.PHONY: test-system
test-system: $(SYSTEM_VENV)/.installed ## The machine's services, mocked on a private bus, and the real NetworkManager
	$(call headline,system)
	@$(SETUP) rust node nextest netns services
	@# With the whole workspace, so that Cargo chooses the same features as for the other tests and builds nothing twice.
	cargo nextest run --workspace --run-ignored only -E 'binary(system)' --locked --profile $(NEXTEST_PROFILE)

.PHONY: test-browser
test-browser: webui-deps ## The web app in headless Chromium against the real daemon
	$(call headline,browser)
	@$(SETUP) rust node chromium
	$(BUILD)
	IMD_BIN='$(abspath $(TARGET))/debug/imd' CHROMIUM="$$(command -v chromium)" npm --prefix webui run test:browser

include buildroot/buildroot.mk
include image-ci/image.mk

# ---- what those need

.PHONY: webui-deps
webui-deps: webui/node_modules/.package-lock.json

# npm writes this file last, so it is older than the lock file exactly when an install is due.
webui/node_modules/.package-lock.json: webui/package-lock.json
	$(call headline,web app: packages)
	@$(SETUP) node
	npm --prefix webui ci --no-audit --no-fund
	@touch $@

$(VENV)/.installed: $(DISCOVERY)/requirements.txt
	$(call headline,discovery: packages)
	@$(SETUP) netns
	python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(API_VENV)/.installed: $(API)/requirements.txt
	$(call headline,api: packages)
	@$(SETUP) venv
	python3 -m venv $(API_VENV)
	$(API_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# The bindings to D-Bus and GLib are Debian's, for Debian's Python: from source they take long and need much.
$(SYSTEM_VENV)/.installed: $(SYSTEM)/requirements.txt
	$(call headline,system: packages)
	@$(SETUP) services
	/usr/bin/python3 -m venv --clear --system-site-packages $(SYSTEM_VENV)
	$(SYSTEM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: about
about: webui-deps ## Gather the licences and the bill of materials anew, after a dependency has changed
	@$(SETUP) rust
	cargo fetch --locked
	python3 scripts/about.py

.PHONY: fmt
fmt: ## Lay out the Rust sources as `make lint` wants them
	@$(SETUP) rust
	cargo fmt --all

.PHONY: clean
clean: ## Remove what was built; data stays
	rm -rf target webui/dist webui/node_modules test-output

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)
