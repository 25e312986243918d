# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: one cmocka program per tests/unit/test_*.c, support programs, end-to-end tests.

CMOCKA := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

# What tests and test programs share: host files and their trees (no program among them).
SUPPORT_OBJ := $(patsubst %,$(BUILD)/obj/tests/support/%.o,file nodes nodes_write derive derive_pci expand server)
SUPPORT := $(BUILD)/tests/libsupport.a

$(BUILD)/obj/tests/%.o: INC += -Itests/support

$(SUPPORT): $(SUPPORT_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS) $(CMOCKA)

unit: $(UNIT_BIN)  ## run the unit tests only
	@for t in $(UNIT_BIN); do $$t || exit 1; done

EXPAND := $(BUILD)/tests/expand
$(EXPAND): $(BUILD)/obj/tests/support/expand_main.o $(SUPPORT) $(LIB)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

# A machine brought to life. It runs what stands beside it: kernelfs, xapid, reboot, xe.
SANDBOX := $(BUILD)/tests/sandbox
SANDBOX_OBJ := $(patsubst %,$(BUILD)/obj/tests/support/%.o,sandbox sandbox_host)
$(SANDBOX): $(SANDBOX_OBJ) $(SUPPORT) $(LIB) | $(BUILD)/tests/xe
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)

$(BUILD)/tests/xe: tests/stand-ins/xe
	@mkdir -p $(@D)
	install -m 0755 $< $@
