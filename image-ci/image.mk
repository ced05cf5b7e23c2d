# The lab image, made of Debian's packages in place of what Buildroot makes (buildroot/buildroot.mk), and the tests of both in QEMU.
# Included by the Makefile at the root. IMBOX_CACHE names a folder that may be kept: what is slow to make, by content.

IMAGE_TESTS := image-ci/tests
IMAGE_VENV := target/tools/image
IMAGE_OUT := target/image

.PHONY: image-lab
image-lab: ## An image with the same overlay, of Debian's packages
	$(call headline,lab image)
	@image-ci/setup.sh build
	@$(SETUP) rust node
	@mkdir -p $(IMAGE_OUT)
	@imd=$$(image-ci/cross.sh) && image=$$(image-ci/lab.sh "$$imd") && ln -sf "$$image" $(IMAGE_OUT)/imbox-lab.img

.PHONY: test-overlay
test-overlay: ## The overlay's units, scripts and firewall, without starting anything
	$(call headline,overlay)
	@image-ci/setup.sh check
	overlay/check.sh

# IMAGE= names another image that follows the layout; without it, the lab image is made.
IMAGE_TESTED = $(abspath $(if $(IMAGE),$(IMAGE),$(IMAGE_OUT)/imbox-lab.img))

# TESTS= names files of tests; without it, all of them.
TESTS ?= $(IMAGE_TESTS)

# What is passed on: which tests; and variables for them.
define run-image-tests
	$(call headline,image tests)
	@image-ci/setup.sh run
	@mkdir -p test-output/image
	qemu=$$(image-ci/qemu.sh) && $(2) QEMU="$$qemu" IMAGE='$(IMAGE_TESTED)' OUTPUT='$(abspath test-output/image)' \
	    $(IMAGE_VENV)/bin/python -m pytest -p no:cacheprovider -v -s -o junit_family=xunit1 $(1) --junitxml test-output/image/junit.xml $(TESTS)
endef

.PHONY: test-image
test-image: $(IMAGE_VENV)/.installed $(if $(IMAGE),,image-lab) ## Boots an image in QEMU: IMAGE= names one, else the lab's
	$(call run-image-tests,--exitfirst -m 'not full')

.PHONY: test-image-full
test-image-full: $(IMAGE_VENV)/.installed $(if $(IMAGE),,image-lab) ## The same and what takes hours; begun again, it goes on where it was
	@image-ci/setup.sh build
	@$(SETUP) rust node
	$(call run-image-tests,--resume,IMD_LOAD="$$(image-ci/cross.sh imd-load)" PHONE="$$(image-ci/phone.sh)")

$(IMAGE_VENV)/.installed: $(IMAGE_TESTS)/requirements.txt
	$(call headline,image tests: packages)
	@$(SETUP) netns
	python3 -m venv $(IMAGE_VENV)
	$(IMAGE_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
