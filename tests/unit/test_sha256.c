/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "codec/sha256.h"

static void check(const void *data, size_t len, const char *expected)
{
	char hex[XPT_SHA256_HEX];

	xpt_sha256_hex(data, len, hex);
	assert_string_equal(hex, expected);
}

static void the_vectors_of_fips_180_come_out(void **state)
{
	XPT_FREE char *million = xpt_alloc(1000000);

	(void)state;
	memset(million, 'a', 1000000);
	check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	check(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Lengths around a block's end, against coreutils. */
static void every_length_around_a_block_agrees_with_sha256sum(void **state)
{
	char data[200], line[256];

	(void)state;
	memset(data, 'x', sizeof(data));
	for (int len = 54; len < 130; len++) {
		XPT_FREE char *command =
			xpt_fmt("head -c %d /dev/zero | tr '\\0' x | sha256sum", len);
		FILE *f = popen(command, "r");

		assert_non_null(f);
		assert_non_null(fgets(line, sizeof(line), f));
		pclose(f);
		line[64] = '\0';
		check(data, (size_t)len, line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_fips_180_come_out),
		cmocka_unit_test(every_length_around_a_block_agrees_with_sha256sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
