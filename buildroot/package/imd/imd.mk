################################################################################
#
# imd
#
################################################################################

# IMBOX_SOURCE_DIR is the repository as buildroot/buildroot.sh lays it out: with
# every crate beside it and the web app built, so that nothing is downloaded
# here. Without it only the configuration can be looked at.
IMD_VERSION = local
IMD_SITE = $(or $(IMBOX_SOURCE_DIR),$(BR2_EXTERNAL_IMBOX_PATH)/..)
IMD_SITE_METHOD = local
IMD_SUBDIR = imd
IMD_LICENSE = MIT or Apache-2.0
IMD_LICENSE_FILES = LICENSE-MIT LICENSE-APACHE

IMD_CARGO_ENV = IMBOX_WEBUI_DIST=webui/dist
# The workspace has other members; only the daemon is for the box.
IMD_CARGO_BUILD_OPTS = --package imd --bin imd

define IMD_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 \
		$(@D)/target/$(RUSTC_TARGET_NAME)/release/imd \
		$(TARGET_DIR)/usr/bin/imd
endef

define IMD_USERS
	imd 800 imd 800 * - - - imbox chat daemon
endef

$(eval $(cargo-package))
