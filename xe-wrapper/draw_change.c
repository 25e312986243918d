/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans and what became of them. */
#include "drawing.h"

#include <string.h>

#include "width.h"

static const char *get(const struct xpt_json *object, const char *key)
{
	return xpt_json_get_str(object, key);
}

/* A step on dom0's access is told by what it comes to. NULL for other steps. Caller frees. */
static char *access_sentence(const struct xpt_json *step)
{
	static const char *const sentences[][2] = {
		{"disable_on_reboot", "hide %s from dom0 at the next boot"},
		{"disabled", "keep %s hidden from dom0 at the next boot"},
		{"enable_on_reboot", "give %s back to dom0 at the next boot"},
		{"enabled", "leave %s with dom0 at the next boot"},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(sentences); i++) {
		if (xpt_streq(get(step, "do"), "dom0_access") &&
		    xpt_streq(get(step, "to"), sentences[i][0]))
			return xpt_fmt(sentences[i][1], xpt_draw_or(get(step, "subject"), "?"));
	}
	return NULL;
}

/* "  set other-config:pci of VM 'ml1': (none) -> 0/0000:3b:00.0", on three lines where too long. */
static void draw_value_step(struct xpt_draw *d, const struct xpt_json *step)
{
	const char *from = xpt_draw_or(get(step, "from"), "(none)");
	const char *to = get(step, "to");
	bool is_line = xpt_streq(get(step, "do"), "boot_line");
	XPT_FREE char *what =
		xpt_fmt("%s %s%s:", to ? "set" : "remove", xpt_draw_or(get(step, "subject"), "?"),
			is_line ? " on dom0's kernel line" : "");
	XPT_FREE char *line = xpt_fmt("%s %s -> %s", what, from, xpt_draw_or(to, "(none)"));

	if (!d->width || xpt_width(line) + 2 <= d->width) {
		xpt_draw_line(d, 2, XPT_PLAIN, "%s", line);
		return;
	}
	xpt_draw_line(d, 2, XPT_PLAIN, "%s", what);
	xpt_draw_line(d, 7, XPT_PLAIN, "%s", from);
	xpt_draw_line(d, 4, XPT_PLAIN, "-> %s", xpt_draw_or(to, "(none)"));
}

static void draw_step(struct xpt_draw *d, const struct xpt_json *step)
{
	XPT_FREE char *access = access_sentence(step);

	if (access)
		xpt_draw_line(d, 2, XPT_PLAIN, "%s", access);
	else if (xpt_streq(get(step, "do"), "resolve"))
		xpt_draw_line(d, 2, XPT_PLAIN, "let go of operation %s",
			      xpt_draw_or(get(step, "subject"), "?"));
	else
		draw_value_step(d, step);
}

static void draw_steps(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *steps = xpt_json_get(answer, "steps");

	for (size_t i = 0; i < xpt_json_len(steps); i++)
		draw_step(d, xpt_json_at(steps, i));
}

static void draw_needs(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *needs = xpt_json_get(answer, "needs");
	const struct xpt_json *vms = xpt_json_get(needs, "vm_restart");

	if (xpt_json_get_bool(needs, "host_reboot"))
		xpt_draw_line(d, 0, XPT_WARN, "Takes effect at the next boot of the host.");
	for (size_t i = 0; i < xpt_json_len(vms); i++) {
		const char *uuid = xpt_json_str(xpt_json_at(vms, i));
		const char *name =
			xpt_streq(uuid, get(answer, "vm")) ? get(answer, "vm_name") : NULL;

		xpt_draw_line(d, 0, XPT_WARN,
			      "VM %s runs on as before: shut it down and start it for this to "
			      "take effect.",
			      xpt_draw_or(name, xpt_draw_or(uuid, "?")));
	}
}

static void draw_head(struct xpt_draw *d, const struct xpt_json *answer)
{
	XPT_FREE char *devices = xpt_draw_join(xpt_json_get(answer, "devices"), ", ");
	const char *operation = get(answer, "operation");

	if (xpt_json_get_bool(answer, "dry_run"))
		xpt_draw_line(d, 0, XPT_BOLD, "Plan%s%s:", *devices ? " for " : "", devices);
	else if (operation)
		xpt_draw_line(d, 0, XPT_GOOD, "Done%s%s, operation %s:", *devices ? " for " : "",
			      devices, operation);
	else
		xpt_draw_line(d, 0, XPT_GOOD, "Done%s%s:", *devices ? " for " : "", devices);
}

void xpt_draw_change(struct xpt_draw *d, const struct xpt_json *answer)
{
	if (!xpt_json_get_bool(answer, "changed")) {
		xpt_draw_line(d, 0, XPT_PLAIN, "Nothing to change: it is so already.");
		draw_needs(d, answer);
		return;
	}
	draw_head(d, answer);
	draw_steps(d, answer);
	draw_needs(d, answer);
}

/* Do both answers name the same steps, whatever their states? */
static bool has_same_steps(const struct xpt_json *a, const struct xpt_json *b)
{
	static const char *const keys[] = {"do", "subject", "from", "to"};
	const struct xpt_json *left = xpt_json_get(a, "steps"), *right = xpt_json_get(b, "steps");

	if (xpt_json_len(left) != xpt_json_len(right))
		return false;
	for (size_t i = 0; i < xpt_json_len(left); i++) {
		for (size_t k = 0; k < XPT_ARRAY_SIZE(keys); k++) {
			if (!xpt_streq(get(xpt_json_at(left, i), keys[k]),
				       get(xpt_json_at(right, i), keys[k])))
				return false;
		}
	}
	return true;
}

void xpt_draw_change_done(struct xpt_draw *d, const struct xpt_json *plan,
			  const struct xpt_json *answer)
{
	if (!xpt_json_get_bool(answer, "changed") || !has_same_steps(plan, answer)) {
		xpt_draw_line(d, 0, XPT_WARN, "Things changed since the plan was made.");
		xpt_draw_change(d, answer);
		return;
	}
	xpt_draw_line(d, 0, XPT_GOOD, "Done, operation %s.",
		      xpt_draw_or(get(answer, "operation"), "unknown"));
	draw_needs(d, answer);
}
