/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers as pages for people: one drawing per function of the contract, looked up by name.
 *
 * A drawing reads what the contract says an answer holds and takes absence for "unknown", so that
 * an older or newer plugin on another host is drawn as far as it goes.
 */
#ifndef XPT_WRAPPER_DRAWING_H
#define XPT_WRAPPER_DRAWING_H

#include "codec/json.h"
#include "draw.h"

typedef void (*xpt_drawing_fn)(struct xpt_draw *d, const struct xpt_json *answer);

struct xpt_drawing {
	const char *function;
	xpt_drawing_fn draw;
	bool draws_notes; /* missing and warnings have their place in it already */
};

extern const struct xpt_drawing xpt_drawings[];
extern const size_t xpt_n_drawings;

/* Draw the answer of a function, with what is missing and what to mind below it. */
void xpt_drawing_draw(struct xpt_draw *d, const char *function, const struct xpt_json *answer);

/* The drawings themselves, by file. */
void xpt_draw_pci_groups(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_pci_list(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_pci_show(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_change(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_status(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_history(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_version(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_describe(struct xpt_draw *d, const struct xpt_json *answer);

/* What a change did after its plan was shown: the steps again only where they differ from it. */
void xpt_draw_change_done(struct xpt_draw *d, const struct xpt_json *plan,
			  const struct xpt_json *answer);

/* What could not be found out, and the warnings. */
void xpt_draw_missing(struct xpt_draw *d, const struct xpt_json *answer);
void xpt_draw_warnings(struct xpt_draw *d, const struct xpt_json *answer);

/* Branches of a tree. */
#define XPT_DRAW_BRANCH "\xe2\x94\x9c\xe2\x94\x80 "      /* U+251C U+2500 */
#define XPT_DRAW_LAST_BRANCH "\xe2\x94\x94\xe2\x94\x80 " /* U+2514 U+2500 */

/* ---- words that several drawings share (draw_words.c); callers free ---- */

/* "GPU 3D", "Ethernet", ... short for a table. */
char *xpt_draw_class_name(const struct xpt_json *device);
/* xapi's four states of dom0's access: "enabled", "hidden", "hidden next boot", "back ...". */
const char *xpt_draw_dom0_access(const struct xpt_json *device);
/*
 * Dom0's driver behind what is to be known of its access: "nvme", "hidden next boot, i40e", "hidden"; NULL
 * when there is nothing to say. Caller frees.
 */
char *xpt_draw_dom0(const struct xpt_json *device, enum xpt_tone *ret_tone);
/* The items of an array of strings with separators between them; "" for none. */
char *xpt_draw_join(const struct xpt_json *strings, const char *separator);
/* "yes", "no", or "unknown" for null. Not to be freed. */
const char *xpt_draw_yes_no(const struct xpt_json *boolean);
/* s or a stand-in where it is NULL. */
const char *xpt_draw_or(const char *s, const char *stand_in);

#endif
