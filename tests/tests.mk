# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: one cmocka program per tests/unit/test_*.c, support programs, end-to-end tests.

CMOCKA := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

# What tests and test programs share: host files and their trees (no program among them).
SUPPORT_OBJ := $(patsubst %,$(BUILD)/obj/tests/support/%.o,file nodes nodes_write derive derive_pci expand machine)
SUPPORT := $(BUILD)/tests/libsupport.a

$(BUILD)/obj/tests/%.o: INC += -Itests/support

$(SUPPORT): $(SUPPORT_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS) $(CMOCKA)

$(BUILD)/tests/test_pcicap: $(BUILD)/obj/tests/support/lspci.o

unit: $(UNIT_BIN)  ## run the unit tests only
	@for t in $(UNIT_BIN); do $$t || exit 1; done

# ---- the kernel model of the sandbox: kernel.h, kernelfs, reboot; and killat ----

KERNEL_MODEL := $(patsubst %.c,$(BUILD)/obj/%.o,tests/support/tree.c $(wildcard tests/support/kernel.c tests/support/kernel_*.c))
FAULTS       := $(BUILD)/obj/tests/support/faults.o
KERNEL_TOOLS := $(addprefix $(BUILD)/tests/,kernelfs reboot killat)

$(BUILD)/obj/tests/support/kernelfs.o: INC += $(call pkg,--cflags fuse3)
$(BUILD)/tests/kernelfs: TOOL_LIBS = $(call pkg,--libs fuse3) -pthread
$(BUILD)/tests/kernelfs: $(KERNEL_MODEL) $(FAULTS)
$(BUILD)/tests/reboot: $(KERNEL_MODEL)

$(KERNEL_TOOLS): $(BUILD)/tests/%: $(BUILD)/obj/tests/support/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $(filter %.o,$^) $(LIB) $(LIBS) $(TOOL_LIBS)

$(BUILD)/tests/test_kernel: $(KERNEL_MODEL)
$(BUILD)/tests/test_faults: $(FAULTS)
# These run the programs that stand beside them.
$(BUILD)/tests/test_kernelfs: $(BUILD)/obj/tests/support/tree.o | $(BUILD)/tests/kernelfs
$(BUILD)/tests/test_reboot: $(BUILD)/obj/tests/support/tree.o | $(BUILD)/tests/reboot
$(BUILD)/tests/test_killat: | $(BUILD)/tests/killat

EXPAND := $(BUILD)/tests/expand
$(EXPAND): $(BUILD)/obj/tests/support/expand_main.o $(SUPPORT) $(LIB)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)
