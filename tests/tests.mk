# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: one cmocka program per tests/unit/test_*.c, support programs, end-to-end tests.

CMOCKA := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $(filter %.o,$^) $(LIB) $(LIBS) $(CMOCKA)

unit: $(UNIT_BIN)  ## run the unit tests only
	@for t in $(UNIT_BIN); do $$t || exit 1; done

# ---- the kernel model of the sandbox: kernel.h, kernelfs, reboot; and killat ----

KERNEL_MODEL := $(patsubst %.c,$(BUILD)/obj/%.o,tests/support/tree.c $(wildcard tests/support/kernel.c tests/support/kernel_*.c))
FAULTS       := $(BUILD)/obj/tests/support/faults.o
BESIDE       := $(addprefix $(BUILD)/obj/tests/support/,tree.o program.o)
PCITREE      := $(BUILD)/obj/tests/support/pcitree.o
KERNEL_TOOLS := $(addprefix $(BUILD)/tests/,kernelfs reboot killat)

$(BUILD)/obj/tests/%.o: INC += -Itests/support
$(BUILD)/obj/tests/support/kernelfs.o: INC += $(call pkg,--cflags fuse3)
$(BUILD)/tests/kernelfs: TOOL_LIBS = $(call pkg,--libs fuse3) -pthread
$(BUILD)/tests/kernelfs: $(KERNEL_MODEL) $(FAULTS)
$(BUILD)/tests/reboot: $(KERNEL_MODEL)

$(KERNEL_TOOLS): $(BUILD)/tests/%: $(BUILD)/obj/tests/support/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $(filter %.o,$^) $(LIB) $(LIBS) $(TOOL_LIBS)

$(BUILD)/tests/test_kernel: $(KERNEL_MODEL) $(PCITREE)
$(BUILD)/tests/test_faults: $(FAULTS)
# These run the programs that stand beside them.
$(BUILD)/tests/test_kernelfs: $(BESIDE) $(PCITREE) | $(BUILD)/tests/kernelfs
$(BUILD)/tests/test_reboot: $(BESIDE) $(PCITREE) | $(BUILD)/tests/reboot
$(BUILD)/tests/test_killat: $(BESIDE) | $(BUILD)/tests/killat
