# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: a cmocka program per tests/unit/test_*.c, the programs of the sandbox, end-to-end tests, benchmarks.

CMOCKA   := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)
E2E      := $(sort $(wildcard tests/e2e/test_*.py))

$(BUILD)/obj/tests/%.o: INC += -Itests/support -Itests/xapid -Ixe-wrapper -Ixapi-plugin

# ---- what tests and test programs share ----

# Those of tests/support that have a main, each a program of its name.
MAINS       := expand kernelfs killat reboot sandbox
SUPPORT_SRC := $(filter-out $(MAINS:%=tests/support/%.c) tests/support/expand_main.c tests/support/xen_double.c, \
                 $(sort $(wildcard tests/support/*.c)))
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/tests/support/expand.o
SUPPORT     := $(BUILD)/tests/libsupport.a

$(SUPPORT): $(SUPPORT_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $^

# ---- the programs of the sandbox ----

PROGRAMS := $(MAINS:%=$(BUILD)/tests/%)

$(BUILD)/obj/tests/support/kernelfs.o: INC += $(call pkg,--cflags fuse3)
$(BUILD)/tests/kernelfs: PROGRAM_LIBS = $(call pkg,--libs fuse3) -pthread
$(BUILD)/tests/expand: $(BUILD)/obj/tests/support/expand_main.o
$(filter-out %/expand,$(PROGRAMS)): $(BUILD)/tests/%: $(BUILD)/obj/tests/support/%.o
$(PROGRAMS): $(SUPPORT) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDHARD) -o $@ $(filter %.o,$^) $(SUPPORT) $(LIB) $(LIBS) $(PROGRAM_LIBS)

# The test xapi, and the Xen that a test root has in place of the real one's module.
XAPID     := $(BUILD)/tests/xapid
XAPID_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard tests/xapid/*.c)))
$(XAPID): $(XAPID_OBJ) $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

XEN_DOUBLE     := $(BUILD)/tests/xen-4.17.so
XEN_DOUBLE_SRC := $(addprefix tests/support/,xen_double.c xen_double_store.c) \
                  $(addprefix libxc-helpers/,base/err.c base/str.c codec/bdf.c codec/json.c)
$(XEN_DOUBLE): $(XEN_DOUBLE_SRC) tests/support/xen_double_store.h libxc-helpers/host/xen.h
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(STD) $(WARN) $(CFLAGS) -fPIC -fvisibility=hidden -shared $(INC) -Itests/support -o $@ \
		$(filter %.c,$^) -ljansson

$(BUILD)/tests/xe: tests/stand-ins/xe
	@mkdir -p $(@D)
	$(Q)install -m 0755 $< $@

WORLD := $(PROGRAMS) $(XAPID) $(XEN_DOUBLE) $(BUILD)/tests/xe

# ---- unit tests ----

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDHARD) -o $@ $(filter %.o,$^) $(SUPPORT) $(LIB) $(LIBS) $(CMOCKA) -lutil

# Tests of the command link its objects, those of the plugin the plugin's, of the test xapi's parts that one's.
COMMAND_TESTS := $(filter $(patsubst xe-wrapper/%.c,$(BUILD)/tests/test_%,$(wildcard xe-wrapper/*.c)),$(UNIT_BIN))
$(COMMAND_TESTS): $(filter-out %/main.o,$(COMMAND_OBJ))
$(BUILD)/tests/test_contract: $(filter-out %/main.o,$(PLUGIN_OBJ) $(COMMAND_OBJ))
$(addprefix $(BUILD)/tests/test_,schema sexpr where): $(filter-out %/main.o,$(XAPID_OBJ))

golden: $(addprefix $(BUILD)/tests/test_,drawing hosts isolation)  ## draw tests/golden/*.txt anew, for review
	XPT_GOLDEN=write $(BUILD)/tests/test_drawing
	XPT_GOLDEN=write $(BUILD)/tests/test_hosts
	XPT_GOLDEN=write $(BUILD)/tests/test_isolation

# It runs the test xapi that stands beside it.
$(BUILD)/tests/test_hosts: | $(XAPID)

test-programs: $(UNIT_BIN) $(WORLD) $(BUILD)/tests/timeit

unit: $(UNIT_BIN) $(WORLD) all  ## run the unit tests only
	@tests/tools/run-tests.sh $(BUILD)/results-unit $(UNIT_BIN)

e2e: $(WORLD) all  ## run the end-to-end tests only
	@XPT_BUILD=$(BUILD) tests/tools/run-tests.sh $(BUILD)/results-e2e $(E2E)

# ---- the story, and a machine to play with ----

demo-now: all $(WORLD)
	@tests/demo.sh $(BUILD)

sandbox: all $(WORLD)  ## a shell on an invented machine: HOST=tests/hosts/server.host
	@$(BUILD)/tests/sandbox $(or $(HOST),tests/hosts/server.host)

# ---- speed, system calls and memory against their targets ----

$(BUILD)/tests/timeit: $(BUILD)/obj/tests/bench/timeit.o
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDHARD) -o $@ $^

bench: all $(BUILD)/tests/timeit  ## measure the plugin against its targets, Python and lspci
	@tests/bench/bench.sh $(BUILD)

.PHONY: unit e2e bench golden sandbox
