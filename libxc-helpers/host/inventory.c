/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/inventory.h"

#include <errno.h>
#include <string.h>

#include "host/fs.h"

#define INVENTORY_MAX (64 * 1024)

/* The value without one pair of quotes around it. */
static char *unquote(const char *value)
{
	size_t n = strlen(value);

	if (n >= 2 && (*value == '\'' || *value == '"') && value[n - 1] == *value)
		return xpt_strndup(value + 1, n - 2);
	return xpt_strdup(value);
}

int xpt_inventory_get(const struct xpt_host *host, const char *key, char **ret)
{
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};
	size_t n = strlen(key);
	int failed = xpt_fs_read_file(host, "/etc/xensource-inventory", INVENTORY_MAX, &text, NULL,
				      NULL);

	if (failed < 0)
		return failed;
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = lines.n; i > 0; i--) {
		const char *line = lines.v[i - 1];

		if (xpt_has_prefix(line, key) && line[n] == '=') {
			*ret = unquote(line + n + 1);
			return 0;
		}
	}
	return -ENOENT;
}
