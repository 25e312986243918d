# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: one cmocka program per tests/unit/test_*.c, support programs, end-to-end tests.

CMOCKA := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

# What tests and test programs share: host files and their trees, the kernel model (no program among them).
SUPPORT_SRC := $(addprefix tests/support/,file.c nodes.c nodes_write.c derive.c derive_pci.c expand.c \
                 tree.c faults.c kernel.c pcitree.c program.c) $(sort $(wildcard tests/support/kernel_*.c))
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/obj/%.o)
SUPPORT := $(BUILD)/tests/libsupport.a

$(BUILD)/obj/tests/%.o: INC += -Itests/support

$(SUPPORT): $(SUPPORT_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $(filter %.o,$^) $(SUPPORT) $(LIB) $(LIBS) $(CMOCKA)

$(BUILD)/tests/test_pcicap: $(BUILD)/obj/tests/support/lspci.o

# A toolstack that follows a script.
$(addprefix $(BUILD)/tests/,test_xapi test_pool): $(BUILD)/obj/tests/support/script_server.o

unit: $(UNIT_BIN)  ## run the unit tests only
	@for t in $(UNIT_BIN); do $$t || exit 1; done

# Programs of the sandbox: a machine from its host file, the kernel model on its /sys, its reboot; and a killer.
PROGRAMS := $(addprefix $(BUILD)/tests/,kernelfs reboot killat)

$(BUILD)/obj/tests/support/kernelfs.o: INC += $(call pkg,--cflags fuse3)
$(BUILD)/tests/kernelfs: PROGRAM_LIBS = $(call pkg,--libs fuse3) -pthread

$(PROGRAMS): $(BUILD)/tests/%: $(BUILD)/obj/tests/support/%.o $(SUPPORT) $(LIB)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS) $(PROGRAM_LIBS)

# These run the program of their name, which stands beside them.
$(BUILD)/tests/test_kernelfs: | $(BUILD)/tests/kernelfs
$(BUILD)/tests/test_reboot: | $(BUILD)/tests/reboot
$(BUILD)/tests/test_killat: | $(BUILD)/tests/killat
XAPID_TESTS := $(addprefix $(BUILD)/tests/,test_xapid test_xapid_replay)
$(XAPID_TESTS): | $(BUILD)/tests/xapid
$(XAPID_TESTS): $(patsubst %,$(BUILD)/obj/tests/support/%.o,xapid_world server xen_double_store)
$(BUILD)/tests/test_xen_double: | $(BUILD)/tests/xen-4.17.so

EXPAND := $(BUILD)/tests/expand
$(EXPAND): $(BUILD)/obj/tests/support/expand_main.o $(SUPPORT) $(LIB)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

# ---- speed, system calls and memory against their targets ----

TIMEIT := $(BUILD)/tests/timeit
$(TIMEIT): $(BUILD)/obj/tests/bench/timeit.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^

bench: $(PLUGIN) $(TIMEIT)  ## measure the plugin against its targets, Python and lspci
	tests/bench/bench.sh $(BUILD)


# A machine brought to life. It runs what stands beside it: kernelfs, xapid, reboot, xe.
SANDBOX := $(BUILD)/tests/sandbox
SANDBOX_OBJ := $(patsubst %,$(BUILD)/obj/tests/support/%.o,sandbox sandbox_host server)
$(SANDBOX): $(SANDBOX_OBJ) $(SUPPORT) $(LIB)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

# The test xapi, and the Xen that a test root has in place of the real one's module.
XAPID := $(BUILD)/tests/xapid
XAPID_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard tests/xapid/*.c)) \
               tests/support/xen_double_store.c)
$(XAPID): $(XAPID_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

XEN_DOUBLE := $(BUILD)/tests/xen-4.17.so
XEN_DOUBLE_SRC := $(addprefix tests/support/,xen_double.c xen_double_store.c) \
                    $(addprefix libxc-helpers/,base/err.c base/str.c codec/bdf.c codec/json.c)
$(XEN_DOUBLE): $(XEN_DOUBLE_SRC) tests/support/xen_double_store.h libxc-helpers/host/xen.h
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) -fPIC -fvisibility=hidden -shared $(INC) -Itests/support -o $@ \
		$(filter %.c,$^) -ljansson

$(BUILD)/tests/xe: tests/stand-ins/xe
	@mkdir -p $(@D)
	install -m 0755 $< $@

.PHONY: unit bench
