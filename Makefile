# SPDX-License-Identifier: GPL-2.0-or-later
#
# xe-passthrough: build, test, demo. `make help` lists the targets.
#
#   BUILD=dir          where everything is built (default: build)
#   CC=clang           compiler (gcc 4.8 and later, or clang)
#   SANITIZE=1         address and undefined behaviour sanitizers
#   WERROR=0           warnings do not end the build
#   V=1                show the commands

BUILD    ?= build
CC       ?= gcc
WERROR   ?= 1
VERSION  := 0.1.0

Q         = $(if $(V),,@)
say       = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

STD      := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wpointer-arith -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wno-format-nonliteral
ifneq ($(WERROR),0)
WARN     += -Werror
endif
CFLAGS   ?= -O2 -g
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LDHARD   := -pie -Wl,-z,relro,-z,now
ifdef SANITIZE
HARDEN   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE
LDHARD   := -pie -fsanitize=address,undefined
endif
pkg       = $(shell pkg-config $(1) 2>/dev/null)
XML_INC  := $(call pkg,--cflags libxml-2.0)
INC      := -Ilibxc-helpers -I$(BUILD)/gen
DEPGEN    = -MMD -MP
COMPILE   = $(CC) $(STD) $(WARN) $(CFLAGS) $(HARDEN) $(INC) $(XML_INC) $(DEPGEN) -DXPT_VERSION='"$(VERSION)"'
LIBS     := -lxml2 -ljansson -ldl

LIB_SRC  := $(sort $(wildcard libxc-helpers/*/*.c))
LIB_SRC  := $(filter-out libxc-helpers/xen/%,$(LIB_SRC))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
LIB      := $(BUILD)/libxc-helpers.a

PLUGIN_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard xapi-plugin/*.c)))
COMMAND_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard xe-wrapper/*.c)))
PLUGIN   := $(BUILD)/passthrough
COMMAND  := $(BUILD)/xe-passthrough
XEN_MODULE := $(BUILD)/xen-4.17.so

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PLUGIN) $(COMMAND) $(XEN_MODULE)  ## build plugin, command and Xen module

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -c -o $@ $<

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $^

$(PLUGIN): $(PLUGIN_OBJ) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

$(COMMAND): $(COMMAND_OBJ) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

# The only object that links Xen's libraries: one per Xen version, loaded on demand. It brings its own
# copy of base/, so that it needs nothing of the program that loads it.
$(XEN_MODULE): $(sort $(wildcard libxc-helpers/xen/*.c libxc-helpers/base/*.c)) libxc-helpers/host/xen.h
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(STD) $(WARN) $(CFLAGS) -fPIC -shared -fvisibility=hidden $(INC) -o $@ $(filter %.c,$^) \
		-lxenctrl -lxenstore -lxentoollog

include tests/tests.mk

deps:  ## install what is missing (Debian 12, as root)
	@tests/tools/deps.sh all

# On a bare machine the libraries' flags are known only after `make deps`, hence the second make.
check:  ## every test and check; ends with "N passed, N failed"
	@tests/tools/deps.sh all
	@$(MAKE) --no-print-directory check-now

demo:  ## the main job as a story, on an invented machine
	@tests/tools/deps.sh
	@$(MAKE) --no-print-directory demo-now

check-now: all test-programs
	@$(MAKE) --no-print-directory lint-quick
	@XPT_BUILD=$(BUILD) tests/tools/run-tests.sh $(BUILD)/results $(UNIT_BIN) $(E2E)

lint-quick: all
	@tests/tools/check-layers.sh
	@tests/tools/check-portability.sh $(if $(SANITIZE),,$(PLUGIN) $(COMMAND) $(XEN_MODULE))

lint: lint-quick  ## clang-format, clang-tidy, cppcheck, shellcheck, layers, portability; build with clang
	@clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')
	@clang-tidy --quiet $(LIB_SRC) $(wildcard xapi-plugin/*.c xe-wrapper/*.c) -- $(STD) $(INC) $(XML_INC) \
		-Ixapi-plugin -Ixe-wrapper -DXPT_VERSION='"$(VERSION)"'
	@cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
		--suppress=missingIncludeSystem $(INC) libxc-helpers xapi-plugin xe-wrapper
	@shellcheck $(shell git ls-files '*.sh') .ci/run
	$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)-clang all test-programs

fmt:  ## format the sources
	clang-format -i $(shell git ls-files '*.c' '*.h')

help:  ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

clean:  ## remove what was built
	rm -rf $(BUILD) $(BUILD)-san $(BUILD)-clang

.PHONY: all deps check check-now demo demo-now lint lint-quick fmt help clean unit test-programs

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
