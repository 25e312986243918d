/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "schema.h"
#include "sexpr.h"

/* The field of a class; fails the test when either is missing. */
static const struct xd_field *field_of(const char *cls, const char *name)
{
	const struct xd_class *c = xd_schema_class(cls);
	int i = c ? xd_schema_field(c, name) : -1;

	if (i < 0)
		fail_msg("there is no %s.%s", cls, name);
	return &c->field[i];
}

static void a_class_is_found_by_its_exact_name(void **state)
{
	const struct xd_class *cls;
	size_t n = 0;

	(void)state;
	for (; (cls = xd_schema_at(n)); n++)
		assert_ptr_equal(xd_schema_class(cls->name), cls);
	assert_true(n > 0);
	assert_null(xd_schema_at(n + 1));
	assert_null(xd_schema_class("vm"));
	assert_null(xd_schema_class(""));
}

static void a_field_is_found_by_both_its_names(void **state)
{
	const struct xd_class *cls;

	(void)state;
	for (size_t c = 0; (cls = xd_schema_at(c)); c++)
		for (size_t i = 0; i < cls->n; i++) {
			XPT_FREE char *name = xd_schema_public_name(cls->field[i].name);

			if (xd_schema_field(cls, cls->field[i].name) != (int)i ||
			    xd_schema_field(cls, name) != (int)i)
				fail_msg("%s.%s is not the only one of its name", cls->name, name);
		}
}

static void a_public_name_has_one_underscore_for_two(void **state)
{
	static const char *const NAMES[][2] = {
		{"name__label", "name_label"},
		{"VCPUs__at_startup", "VCPUs_at_startup"},
		{"uuid", "uuid"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(NAMES); i++) {
		XPT_FREE char *name = xd_schema_public_name(NAMES[i][0]);

		assert_string_equal(name, NAMES[i][1]);
	}
}

static void a_name_that_is_only_alike_is_no_field(void **state)
{
	static const char *const NAMES[] = {
		"", "name", "name__labe", "name_labels", "name___label", "Name_label", "namelabel"};
	const struct xd_class *vm = xd_schema_class("VM");

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(NAMES); i++)
		assert_int_equal(xd_schema_field(vm, NAMES[i]), -1);
}

static void a_value_that_nobody_set_is_the_fields_or_the_types(void **state)
{
	static const char *const VALUES[][2] = {
		{"name_label", ""},
		{"order", "0"},
		{"is_a_template", "false"},
		{"HVM_shadow_multiplier", "0"},
		{"affinity", "OpaqueRef:NULL"},
		{"snapshot_time", "19700101T00:00:00Z"},
		{"tags", "()"},
		{"other_config", "()"},
		{"power_state", "Halted"},
		{"domid", "-1"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(VALUES); i++)
		assert_string_equal(xd_schema_initial(field_of("VM", VALUES[i][0])), VALUES[i][1]);
}

/* Is the field's initial value one of its type? */
static bool is_of_type(const struct xd_field *field)
{
	const char *value = xd_schema_initial(field);
	XPT_STRV items = {0};
	char *end = NULL;

	switch (field->type) {
	case XD_INT:
		strtol(value, &end, 10);
		return *value && !*end;
	case XD_FLOAT:
		strtod(value, &end);
		return *value && !*end;
	case XD_BOOL:
		return xpt_streq(value, "true") || xpt_streq(value, "false");
	case XD_REF:
		return xpt_has_prefix(value, "OpaqueRef:");
	case XD_SET:
		return xd_sexpr_read_set(value, &items) == 0;
	case XD_MAP:
	case XD_MAP_FLOAT:
		return xd_sexpr_read_map(value, &items) == 0;
	case XD_STRING:
	case XD_DATE:
		break;
	}
	return true;
}

static void every_initial_value_is_of_its_fields_type(void **state)
{
	const struct xd_class *cls;

	(void)state;
	for (size_t c = 0; (cls = xd_schema_at(c)); c++)
		for (size_t i = 0; i < cls->n; i++)
			if (!is_of_type(&cls->field[i]))
				fail_msg("%s.%s begins as \"%s\"", cls->name, cls->field[i].name,
					 xd_schema_initial(&cls->field[i]));
}

static void relations_join_a_set_and_a_reference(void **state)
{
	const struct xd_relation *relations;
	size_t n;

	(void)state;
	relations = xd_schema_relations(&n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		const struct xd_relation *r = &relations[i];

		assert_int_equal(field_of(r->one, r->set)->type, XD_SET);
		assert_int_equal(field_of(r->many, r->ref)->type, XD_REF);
	}
}

static void keys_with_a_role_of_their_own_are_of_maps_that_can_be_written(void **state)
{
	const struct xd_key_role *roles;
	size_t n;

	(void)state;
	roles = xd_schema_key_roles(&n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		const struct xd_field *field = field_of(roles[i].cls, roles[i].field);

		assert_int_equal(field->type, XD_MAP);
		assert_int_equal(field->access, XD_RW);
		assert_ptr_equal(xd_schema_key_role(roles[i].cls, roles[i].field, roles[i].key),
				 &roles[i]);
	}
}

static void assert_role(const char *cls, const char *field, const char *key, enum xd_role role)
{
	const struct xd_key_role *found = xd_schema_key_role(cls, field, key);

	assert_int_equal(found ? found->role : XD_ROLES, role);
}

static void a_key_has_the_role_of_the_entry_that_covers_it(void **state)
{
	(void)state;
	assert_role("VM", "other_config", "pci", XD_ROLE_POOL_ADMIN);
	assert_role("VM", "other_config", "folder", XD_ROLE_VM_OPERATOR);
	assert_role("VM", "other_config", "XenCenter.CustomFields.owner", XD_ROLE_VM_OPERATOR);
	assert_role("VM", "other_config", "XenCenter.CustomField", XD_ROLES);
	assert_role("VM", "other_config", "pci2", XD_ROLES);
	assert_role("VM", "platform", "pci", XD_ROLES);
	assert_role("host", "other_config", "pci", XD_ROLES);
}

static void roles_are_known_by_name(void **state)
{
	(void)state;
	assert_string_equal(xd_schema_role_name(XD_ROLE_VM_POWER_ADMIN), "vm-power-admin");
	assert_int_equal(xd_schema_role("pool-admin"), XD_ROLE_POOL_ADMIN);
	for (int i = 0; i < XD_ROLES; i++)
		assert_int_equal(xd_schema_role(xd_schema_role_name((enum xd_role)i)), i);
	assert_int_equal(xd_schema_role("root"), XD_ROLES);
	assert_string_equal(xd_schema_role_name(XD_ROLES), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_is_found_by_its_exact_name),
		cmocka_unit_test(a_field_is_found_by_both_its_names),
		cmocka_unit_test(a_public_name_has_one_underscore_for_two),
		cmocka_unit_test(a_name_that_is_only_alike_is_no_field),
		cmocka_unit_test(a_value_that_nobody_set_is_the_fields_or_the_types),
		cmocka_unit_test(every_initial_value_is_of_its_fields_type),
		cmocka_unit_test(relations_join_a_set_and_a_reference),
		cmocka_unit_test(keys_with_a_role_of_their_own_are_of_maps_that_can_be_written),
		cmocka_unit_test(a_key_has_the_role_of_the_entry_that_covers_it),
		cmocka_unit_test(roles_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
