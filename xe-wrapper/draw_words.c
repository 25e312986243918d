/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <string.h>

/* Classes that people call otherwise than pci.ids does. Source: PCI Code and ID Assignment 1.16. */
static const struct {
	const char *id, *name;
} short_classes[] = {
	{"0100", "SCSI"},        {"0104", "RAID"},        {"0106", "SATA"},
	{"0107", "SAS"},         {"0108", "NVMe"},        {"0200", "Ethernet"},
	{"0207", "InfiniBand"},  {"0280", "network"},     {"0300", "VGA"},
	{"0302", "3D"},          {"0380", "display"},     {"0401", "audio"},
	{"0403", "audio"},       {"0500", "memory"},      {"0580", "memory"},
	{"0600", "host bridge"}, {"0601", "ISA bridge"},  {"0604", "bridge"},
	{"0680", "bridge"},      {"0700", "serial"},      {"0780", "comm."},
	{"0880", "system"},      {"0c03", "USB"},         {"0c04", "FC"},
	{"0c05", "SMBus"},       {"1200", "accelerator"},
};

const char *xpt_draw_or(const char *s, const char *stand_in)
{
	return s ? s : stand_in;
}

const char *xpt_draw_yes_no(const struct xpt_json *boolean)
{
	if (xpt_json_is_null(boolean))
		return "unknown";
	return xpt_json_bool(boolean) ? "yes" : "no";
}

char *xpt_draw_join(const struct xpt_json *strings, const char *separator)
{
	XPT_STRV list = {0};

	for (size_t i = 0; i < xpt_json_len(strings); i++)
		xpt_strv_add(&list, xpt_draw_or(xpt_json_str(xpt_json_at(strings, i)), "?"));
	return xpt_strv_join(&list, separator);
}

char *xpt_draw_class_name(const struct xpt_json *device)
{
	const char *id = xpt_draw_or(xpt_json_get_str(device, "class_id"), "????");
	const char *name = xpt_json_get_str(device, "class_name");

	for (size_t i = 0; i < XPT_ARRAY_SIZE(short_classes); i++) {
		if (!strcmp(short_classes[i].id, id))
			return xpt_strdup(short_classes[i].name);
	}
	if (!name)
		return xpt_strdup(id);
	if (xpt_has_suffix(name, " controller"))
		return xpt_strndup(name, strlen(name) - strlen(" controller"));
	return xpt_strdup(name);
}

const char *xpt_draw_dom0_access(const struct xpt_json *device)
{
	static const char *const words[][2] = {
		{"enabled", "enabled"},
		{"disable_on_reboot", "hidden next boot"},
		{"disabled", "hidden"},
		{"enable_on_reboot", "back next boot"},
	};
	const char *access = xpt_json_get_str(device, "dom0_access");

	for (size_t i = 0; access && i < XPT_ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i][0], access))
			return words[i][1];
	}
	return xpt_draw_or(access, "unknown");
}

static enum xpt_tone access_tone(const char *access)
{
	if (strstr(access, "next boot") || !strcmp(access, "unknown"))
		return XPT_WARN;
	return strcmp(access, "hidden") == 0 ? XPT_GOOD : XPT_PLAIN;
}

char *xpt_draw_dom0(const struct xpt_json *device, enum xpt_tone *ret_tone)
{
	const char *access = xpt_draw_dom0_access(device);
	const char *driver = xpt_json_get_str(device, "driver");

	if (!strcmp(access, "enabled")) {
		*ret_tone = XPT_DIM;
		return xpt_strdup(driver);
	}
	*ret_tone = access_tone(access);
	if (driver && strcmp(driver, "pciback") != 0)
		return xpt_fmt("%s, %s", access, driver);
	return xpt_strdup(access);
}
