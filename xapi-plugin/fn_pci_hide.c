/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_hide and pci_unhide: which devices dom0 leaves alone from the next boot on. */
#include <errno.h>
#include <string.h>

#include "change.h"
#include "codec/cmdline.h"
#include "handlers.h"
#include "plan_devices.h"

/* A list that cannot be edited is shown as it should be written, where the kernel knows what it means. */
static int not_canonical(const struct xpt_hide_line *line, struct xpt_err *err)
{
	XPT_FREE char *value = NULL, *hint = NULL;
	XPT_BDFS list = {0};
	bool has_wildcard = false;

	for (size_t i = 0; i < line->list.n; i++) {
		xpt_bdfs_add(&list, &line->list.v[i].addr);
		has_wildcard |= line->list.v[i].any_dev || line->list.v[i].any_fn;
	}
	value = has_wildcard ? NULL : xpt_hidelist_emit(&list);
	if (value)
		hint = xpt_fmt("write it so: /opt/xensource/libexec/xen-cmdline --set-dom0 "
			       "'" XPT_HIDE_KEY "=%s'",
			       value);
	return xpt_err_set(
		err, XPT_MALFORMED, EINVAL, XPT_HIDE_KEY,
		hint ? hint : "write every group as (DDDD:BB:DD.F), in one word",
		"the hide list for the next boot, '%s', is not in the form that kernel and "
		"xapi read alike, so nothing is added to it%s",
		line->value, line->words > 1 ? " (the line has it more than once)" : "");
}

/* xen-cmdline edits some entries of the menu: the one that is booted must be among them, and agree. */
static int check_entries(const struct xpt_bootcfg *boot, struct xpt_err *err)
{
	const struct xpt_grub_entry *booted = xpt_grubcfg_default(&boot->grub);

	if (!booted->is_edited)
		return xpt_err_set(
			err, XPT_UNSUPPORTED, ENOTSUP, boot->path,
			"make the first entry the default again",
			"the host boots by the menu entry '%s', which xen-cmdline does not "
			"edit, so that nothing can be hidden or given back",
			booted->title);
	for (size_t i = 0; i < boot->grub.n; i++) {
		const struct xpt_grub_entry *entry = &boot->grub.v[i];
		XPT_STRV words = {0}, values = {0};

		if (!entry->is_edited || !entry->kernel_args)
			continue;
		xpt_cmdline_words_exact(entry->kernel_args, &words);
		xpt_cmdline_values_exact(&words, XPT_HIDE_KEY, &values);
		if (values.n > 1 || strcmp(values.n ? values.v[0] : "", boot->next.value) != 0)
			return xpt_err_set(
				err, XPT_CONFLICT, EINVAL, boot->path,
				"make their lists the same with xen-cmdline --set-dom0",
				"the menu entries '%s' and '%s' hide different devices, and "
				"an edit would make them alike",
				booted->title, entry->title);
	}
	return 0;
}

static int check_list(const struct xpt_bootcfg *boot, struct xpt_err *err)
{
	if (!boot->next.known)
		return xpt_err_set(err, XPT_SYSTEM, EIO, boot->path, NULL,
				   "what is hidden after the next boot is not known: %s",
				   boot->missing.n ? boot->missing.v[0] : "no boot configuration");
	if (!xpt_bootcfg_is_canonical(&boot->next))
		return not_canonical(&boot->next, err);
	return check_entries(boot, err);
}

/* A list can be edited only together with all its devices' addresses in the form that it has. */
static bool can_hold_all(const struct xpt_bdfs *devices)
{
	for (size_t i = 0; i < devices->n; i++) {
		if (!xpt_hidelist_can_hold(&devices->v[i]))
			return false;
	}
	return true;
}

/* The list after the change: what there is, without or with the devices. NULL when it becomes empty. */
static char *list_after(const struct xpt_bootcfg *boot, const struct xpt_bdfs *devices, bool hide)
{
	XPT_BDFS list = {0};

	for (size_t i = 0; i < boot->next.list.n; i++) {
		if (!xpt_bdfs_has(devices, &boot->next.list.v[i].addr))
			xpt_bdfs_add(&list, &boot->next.list.v[i].addr);
	}
	for (size_t i = 0; hide && i < devices->n; i++)
		xpt_bdfs_add(&list, &devices->v[i]);
	return xpt_hidelist_emit(&list);
}

/* One step for all devices that xapi has no record of. */
static void add_line_step(const struct xpt_snapshot *s, const struct xpt_bdfs *devices, bool hide,
			  struct xpt_op *op)
{
	XPT_FREE char *to = list_after(&s->boot, devices, hide);
	XPT_STR object = {0};
	char text[XPT_BDF_SIZE];

	if (!devices->n)
		return;
	xpt_str_add(&object, hide ? "hide " : "unhide ");
	for (size_t i = 0; i < devices->n; i++)
		xpt_str_addf(&object, "%s%s", i ? "," : "", xpt_bdf_format(&devices->v[i], text));
	xpt_op_add_step(op, "boot_line", XPT_HIDE_KEY, xpt_str_text(&object),
			*s->boot.next.value ? s->boot.next.value : NULL, to);
}

static void add_access_step(const struct xpt_snapshot *s, const struct xpt_pci_record *record,
			    bool hide, struct xpt_op *op)
{
	bool is_now = s->boot.now.known && xpt_hidelist_hides(&s->boot.now.list, &record->addr);
	enum xpt_dom0_access to;
	XPT_FREE char *object = NULL;
	char text[XPT_BDF_SIZE];

	if (hide)
		to = is_now ? XPT_DOM0_DISABLED : XPT_DOM0_DISABLE_ON_REBOOT;
	else
		to = is_now ? XPT_DOM0_ENABLE_ON_REBOOT : XPT_DOM0_ENABLED;
	object = xpt_fmt("%s %s", record->uuid, xpt_bdf_format(&record->addr, text));
	xpt_op_add_step(op, "dom0_access", text, object,
			xpt_dom0_access_name(xpt_bootcfg_access(&s->boot, &record->addr)),
			xpt_dom0_access_name(to));
}

/* xapi hides those it has a record of, while it can read the lists; the line is edited for the rest. */
static void add_steps(const struct xpt_snapshot *s, const struct xpt_bdfs *devices, bool hide,
		      struct xpt_op *op)
{
	XPT_BDFS by_line = {0};

	for (size_t i = 0; i < devices->n; i++) {
		if (!s->has_pool || !s->boot.now.known ||
		    !xpt_pool_pci_at(&s->pool, &devices->v[i]))
			xpt_bdfs_add(&by_line, &devices->v[i]);
	}
	add_line_step(s, &by_line, hide, op);
	for (size_t i = 0; i < devices->n; i++) {
		if (!xpt_bdfs_has(&by_line, &devices->v[i]))
			add_access_step(s, xpt_pool_pci_at(&s->pool, &devices->v[i]), hide, op);
	}
}

static void check_line(const struct xpt_snapshot *s, const struct xpt_bdfs *devices, bool hide,
		       struct xpt_verdicts *verdicts)
{
	XPT_FREE char *value = list_after(&s->boot, devices, hide);
	size_t len = xpt_bootcfg_length_with(&s->boot, value);

	if (hide && len > XPT_LINE_MAX)
		xpt_verdicts_add(
			verdicts, XPT_REASON_LINE_TOO_LONG, true, NULL,
			"hide fewer devices, or take other words off the line",
			"dom0's kernel line would be %zu bytes long: Xen cuts it at 1,023, and a "
			"list that is cut disables passthrough for every device (limit %d)",
			len, XPT_LINE_MAX);
}

/* Devices that stay as they are with the same menu entries share one warning. */
struct others {
	char *titles;
	struct xpt_strv devices;
};

static void add_others(struct others **list, size_t *n, const struct xpt_strv *titles,
		       const char *device)
{
	XPT_FREE char *joined = xpt_strv_join(titles, "', '");
	size_t i = 0;

	while (i < *n && strcmp((*list)[i].titles, joined) != 0)
		i++;
	if (i == *n) {
		*list = xpt_grow(*list, ++*n, sizeof(**list));
		(*list)[i] = (struct others){.titles = XPT_TAKE(joined)};
	}
	xpt_strv_add(&(*list)[i].devices, device);
}

static void warn_others(const struct xpt_snapshot *s, const struct xpt_bdfs *devices, bool hide,
			struct xpt_verdicts *verdicts)
{
	struct others *list = NULL;
	char text[XPT_BDF_SIZE];
	size_t n = 0;

	for (size_t i = 0; i < devices->n; i++) {
		XPT_STRV titles = {0};

		xpt_bootcfg_others(&s->boot, &devices->v[i], hide, &titles);
		if (titles.n)
			add_others(&list, &n, &titles, xpt_bdf_format(&devices->v[i], text));
	}
	for (size_t i = 0; i < n; i++) {
		XPT_FREE char *names = xpt_strv_join(&list[i].devices, ", ");

		xpt_verdicts_add(
			verdicts, XPT_REASON_OTHER_ENTRY, false, NULL, NULL,
			"the other entries of the boot menu stay as they are: booted by '%s', "
			"%s %s",
			list[i].titles, hide ? "dom0 still has" : "the host still hides", names);
		xpt_strv_done(&list[i].devices);
		free(list[i].titles);
	}
	free(list);
}

/* Does any of the devices get where it is to be only by a boot, whoever changed the list? */
static bool needs_boot(const struct xpt_bootcfg *boot, const struct xpt_bdfs *asked, bool hide)
{
	for (size_t i = 0; i < asked->n; i++) {
		if (!boot->now.known || xpt_hidelist_hides(&boot->now.list, &asked->v[i]) != hide)
			return true;
	}
	return false;
}

static int plan_list(struct xpt_ctx *ctx, const struct xpt_snapshot *s, struct xpt_plan *plan,
		     bool hide, struct xpt_err *err)
{
	struct xpt_world world = xpt_snapshot_world(s);
	XPT_BDFS asked = {0}, devices = {0};
	int failed =
		xpt_plan_devices(ctx, s, hide ? XPT_FOR_HIDE : XPT_FOR_UNHIDE, NULL, &asked, err);

	if (!failed)
		failed = check_list(&s->boot, err);
	if (failed)
		return failed;
	xpt_plan_name_devices(plan, &asked);
	plan->needs_host_reboot = needs_boot(&s->boot, &asked, hide);
	for (size_t i = 0; i < asked.n; i++) {
		if (xpt_hidelist_hides(&s->boot.next.list, &asked.v[i]) != hide)
			xpt_bdfs_add(&devices, &asked.v[i]);
	}
	if (!devices.n)
		return 0;
	if (hide)
		xpt_safety_hide(&world, &devices, &plan->verdicts);
	else
		xpt_safety_unhide(&world, &devices, &plan->verdicts);
	if (!can_hold_all(&devices))
		return 0;
	check_line(s, &devices, hide, &plan->verdicts);
	warn_others(s, &devices, hide, &plan->verdicts);
	add_steps(s, &devices, hide, &plan->op);
	return 0;
}

static int plan_hide(struct xpt_ctx *ctx, const struct xpt_snapshot *s, const struct xpt_vm *vm,
		     struct xpt_plan *plan, struct xpt_err *err)
{
	(void)vm;
	return plan_list(ctx, s, plan, true, err);
}

static int plan_unhide(struct xpt_ctx *ctx, const struct xpt_snapshot *s, const struct xpt_vm *vm,
		       struct xpt_plan *plan, struct xpt_err *err)
{
	(void)vm;
	return plan_list(ctx, s, plan, false, err);
}

int xpt_fn_pci_hide(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	return xpt_change_run(ctx, plan_hide, w, err);
}

int xpt_fn_pci_unhide(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	return xpt_change_run(ctx, plan_unhide, w, err);
}
