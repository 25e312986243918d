/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/xenopsd.h"

#include <errno.h>
#include <string.h>

#include "host/fs.h"

#define CONF "/etc/xenopsd.conf"
#define CONF_DIR CONF ".d"
#define CONF_MAX (256 * 1024)
#define BLANKS " \t\r"

/* Without the blanks around it, in place. */
static char *trim(char *text)
{
	size_t n;

	text += strspn(text, BLANKS);
	for (n = strlen(text); n && strchr(BLANKS, text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

/* A word that is neither true nor false leaves *value as it is. */
static void read_line(char *line, const char *key, bool *value)
{
	char *sign, *word;

	line[strcspn(line, "#")] = '\0';
	sign = strchr(line, '=');
	if (!sign)
		return;
	*sign = '\0';
	word = trim(sign + 1);
	if (!xpt_streq(trim(line), key))
		return;
	if (xpt_streq(word, "true") || xpt_streq(word, "false"))
		*value = *word == 't';
}

static int read_conf(const struct xpt_host *host, const char *path, const char *key, bool *value,
		     struct xpt_err *err)
{
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};
	int failed;

	if (!xpt_fs_exists(host, "%s", path))
		return 0;
	failed = xpt_fs_read_file(host, path, CONF_MAX, &text, NULL, err);
	if (failed)
		return failed;
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++)
		read_line(lines.v[i], key, value);
	return 0;
}

int xpt_xenopsd_quarantines(const struct xpt_host *host, bool *ret, struct xpt_err *err)
{
	XPT_STRV names = {0};
	bool value = true;
	int failed = read_conf(host, CONF, "pci-quarantine", &value, err);

	if (failed)
		return failed;
	failed = xpt_fs_names(host, &names, CONF_DIR);
	if (failed && failed != -ENOENT)
		return xpt_err_sys(err, -failed, CONF_DIR, "cannot list %s", CONF_DIR);
	for (size_t i = 0; i < names.n; i++) {
		XPT_FREE char *path = xpt_fmt(CONF_DIR "/%s", names.v[i]);

		failed = read_conf(host, path, "pci-quarantine", &value, err);
		if (failed)
			return failed;
	}
	*ret = value;
	return 0;
}
