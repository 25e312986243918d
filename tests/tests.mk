# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: one cmocka program per tests/unit/test_*.c, support programs, end-to-end tests.

CMOCKA := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS) $(CMOCKA)

$(BUILD)/tests/test_pcicap: $(BUILD)/obj/tests/support/lspci.o

unit: $(UNIT_BIN)  ## run the unit tests only
	@for t in $(UNIT_BIN); do $$t || exit 1; done
