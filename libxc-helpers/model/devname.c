/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/devname.h"

#include <string.h>

#include "base/str.h"

#define CLASS_DISPLAY 0x03
#define CLASS_ACCELERATOR 0x12

/* Words that end what people say of a vendor's name, and the stops that lawyers put behind them. */
static const char *const trade_words[] = {
	"Co",      "Communications", "Company",    "Corp",  "Corporation",
	"Devices", "Electronics",    "GmbH",       "Group", "Inc",
	"LLC",     "Limited",        "Ltd",        "PLC",   "Semiconductor",
	"Systems", "Technologies",   "Technology",
};
#define STOPS ".,"

/* What stands in brackets at the end. NULL when nothing does. */
static char *bracketed(const char *name)
{
	const char *open = strrchr(name, '[');
	size_t n = open ? strlen(open) : 0;

	return n > 2 && open[n - 1] == ']' ? xpt_strndup(open + 1, n - 2) : NULL;
}

static bool is_trade_word(const char *word, size_t n)
{
	while (n && strchr(STOPS, word[n - 1]))
		n--;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(trade_words); i++) {
		if (strlen(trade_words[i]) == n && !strncmp(trade_words[i], word, n))
			return true;
	}
	return false;
}

/* "AMD/ATI" of "Advanced Micro Devices, Inc. [AMD/ATI]" is AMD. */
static char *short_vendor(const char *name)
{
	char *brackets = bracketed(name);
	const char *word = name + strcspn(name, " ");
	size_t n;

	if (brackets) {
		brackets[strcspn(brackets, "/")] = '\0';
		return brackets;
	}
	while (*word && !is_trade_word(word + 1, strcspn(word + 1, " ")))
		word += 1 + strcspn(word + 1, " ");
	n = (size_t)(word - name);
	while (n && strchr(STOPS, name[n - 1]))
		n--;
	return xpt_strndup(name, n);
}

static char *short_device(const struct xpt_devname *d)
{
	unsigned base = d->class_id >> 8;

	if (base == CLASS_DISPLAY || base == CLASS_ACCELERATOR || strstr(d->device, " Family ["))
		return bracketed(d->device);
	return NULL;
}

char *xpt_devname(const struct xpt_devname *d)
{
	XPT_FREE char *vendor = d->vendor ? short_vendor(d->vendor) : NULL;
	XPT_FREE char *device = d->device ? short_device(d) : NULL;

	if (!vendor)
		return xpt_fmt("%04x:%04x", d->vendor_id, d->device_id);
	if (!d->device)
		return xpt_fmt("%s %04x:%04x", vendor, d->vendor_id, d->device_id);
	return xpt_fmt("%s %s", vendor, device ? device : d->device);
}

char *xpt_devname_of(struct xpt_pciids *ids, const struct xpt_pci_device *d)
{
	return xpt_devname(&(struct xpt_devname){
		.class_id = (uint16_t)(d->class_code >> 8),
		.vendor_id = d->vendor,
		.device_id = d->device,
		.vendor = xpt_pciids_vendor(ids, d->vendor),
		.device = xpt_pciids_device(ids, d->vendor, d->device),
	});
}
