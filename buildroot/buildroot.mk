# The image as it is released, by Buildroot. Included by the Makefile at the root.
# BUILDROOT_DIR= names a tree and BR2_DL_DIR= downloads that are there already: see buildroot/README.md.

BUILDROOT_VENV := target/tools/buildroot

.PHONY: image
image: ## The card's image, built by Buildroot: BUILDROOT_DIR= and BR2_DL_DIR= name what is there already
	$(call headline,image)
	@image-ci/setup.sh buildroot
	@$(SETUP) rust node
	buildroot/buildroot.sh

.PHONY: check-buildroot
check-buildroot: $(BUILDROOT_VENV)/.installed ## Buildroot's configurations against the tree BUILDROOT_DIR=, without building
	$(call headline,buildroot)
	@test -n '$(BUILDROOT_DIR)' || { echo 'BUILDROOT_DIR= must name a Buildroot tree' >&2; exit 64; }
	PATH="$$PWD/$(BUILDROOT_VENV)/bin:$$PATH" buildroot/check.sh '$(BUILDROOT_DIR)'

.PHONY: test-keys
test-keys: ## No image is made that takes updates from everybody
	$(call headline,keys)
	@image-ci/setup.sh check
	buildroot/check-keys.sh

# For Buildroot's check-package.
$(BUILDROOT_VENV)/.installed: buildroot/requirements.txt
	$(call headline,buildroot: packages)
	@$(SETUP) netns shell
	python3 -m venv $(BUILDROOT_VENV)
	$(BUILDROOT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
