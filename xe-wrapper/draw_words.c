/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <string.h>

/* Classes that people call otherwise than pci.ids does. Source: PCI Code and ID Assignment 1.16. */
static const struct {
	const char *id, *name;
} short_classes[] = {
	{"0100", "SCSI"},       {"0104", "RAID"},        {"0106", "SATA"},
	{"0107", "SAS"},        {"0108", "NVMe"},        {"0200", "Ethernet"},
	{"0207", "InfiniBand"}, {"0280", "network"},     {"0300", "VGA"},
	{"0302", "3D"},         {"0380", "display"},     {"0401", "audio"},
	{"0403", "audio"},      {"0600", "host bridge"}, {"0601", "ISA bridge"},
	{"0604", "bridge"},     {"0680", "bridge"},      {"0700", "serial"},
	{"0c03", "USB"},        {"0c05", "SMBus"},       {"1200", "accelerator"},
};

/* Where a vendor's name turns from what people say into what lawyers say. */
static const char *const legal_forms[] = {
	", Inc", " Inc.", " Inc",  " Corporation", " Corp", " Co.",          " Co ",
	", Ltd", " Ltd",  " GmbH", " Limited",     " LLC",  " Technologies",
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

/* "GH100 [H100 PCIe]" is known as "H100 PCIe". NULL when nothing stands in brackets at the end. */
static char *bracketed(const char *name)
{
	const char *open = strrchr(name, '[');
	size_t n = open ? strlen(open) : 0;

	return n > 2 && open[n - 1] == ']' ? xpt_strndup(open + 1, n - 2) : NULL;
}

static char *short_vendor(const char *name)
{
	char *s = bracketed(name);

	if (s)
		return s;
	s = xpt_strdup(name);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(legal_forms); i++) {
		char *at = strstr(s, legal_forms[i]);

		if (at && at > s)
			*at = '\0';
	}
	return s;
}

char *xpt_draw_device_name(const struct xpt_json *device)
{
	const char *vendor = xpt_json_get_str(device, "vendor_name");
	const char *name = xpt_json_get_str(device, "device_name");
	const char *vendor_id = xpt_draw_or(xpt_json_get_str(device, "vendor_id"), "????");
	const char *device_id = xpt_draw_or(xpt_json_get_str(device, "device_id"), "????");
	XPT_FREE char *maker = vendor ? short_vendor(vendor) : NULL;
	XPT_FREE char *model = name ? bracketed(name) : NULL;

	if (!maker)
		return xpt_fmt("%s:%s", vendor_id, device_id);
	if (!name)
		return xpt_fmt("%s %s:%s", maker, vendor_id, device_id);
	return xpt_fmt("%s %s", maker, model ? model : name);
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
		{"disable_on_reboot", "hidden at next boot"},
		{"disabled", "hidden"},
		{"enable_on_reboot", "back at next boot"},
	};
	const char *access = xpt_json_get_str(device, "dom0_access");

	for (size_t i = 0; access && i < XPT_ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i][0], access))
			return words[i][1];
	}
	return xpt_draw_or(access, "unknown");
}
