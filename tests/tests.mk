# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: one cmocka program per tests/unit/test_*.c, support programs, end-to-end tests.

CMOCKA := -lcmocka
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS) $(CMOCKA)

# Tests of the command's parts are linked with all of them but main; those that run it need it built.
COMMAND_PARTS := $(filter-out %/main.o,$(COMMAND_OBJ))
COMMAND_TESTS := $(patsubst %,$(BUILD)/tests/test_%,\
                   args suggest width table drawing report help complete)
$(BUILD)/obj/tests/unit/%.o: INC += -I.
$(COMMAND_TESTS): $(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(COMMAND_PARTS) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARD) -o $@ $^ $(LIBS) $(CMOCKA)
$(BUILD)/tests/test_command: LIBS += -lutil
$(BUILD)/tests/test_command: | $(COMMAND)

golden: $(BUILD)/tests/test_drawing  ## draw tests/golden/*.txt anew, for review
	XPT_GOLDEN=write $<

unit: $(UNIT_BIN)  ## run the unit tests only
	@for t in $(UNIT_BIN); do $$t || exit 1; done
