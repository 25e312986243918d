/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "draw.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "width.h"

#define TEXT_WIDTH 80
#define WIDTH_MIN 40 /* narrower terminals get what does not fit */

static const char *const tone_codes[] = {
	[XPT_PLAIN] = NULL,      [XPT_BOLD] = "\033[1m",  [XPT_DIM] = "\033[2m",
	[XPT_GOOD] = "\033[32m", [XPT_WARN] = "\033[33m", [XPT_BAD] = "\033[31m",
};

static size_t terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return TEXT_WIDTH;
	return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

void xpt_draw_init(struct xpt_draw *d, int fd)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	*d = (struct xpt_draw){0};
	if (!isatty(fd))
		return;
	d->width = terminal_width(fd);
	d->has_colour = !(no_colour && *no_colour) && !xpt_streq(term, "dumb");
}

int xpt_draw_flush(struct xpt_draw *d, int fd)
{
	const char *at = xpt_str_text(&d->out);
	size_t left = d->out.len;
	int failed = 0;

	while (left && !failed) {
		ssize_t n = write(fd, at, left);

		if (n >= 0) {
			at += n;
			left -= (size_t)n;
		} else if (errno != EINTR) {
			failed = -errno;
		}
	}
	xpt_str_done(&d->out);
	return failed;
}

void xpt_draw_done(struct xpt_draw *d)
{
	xpt_str_done(&d->out);
}

void xpt_draw_tone_on(struct xpt_draw *d, enum xpt_tone tone)
{
	if (d->has_colour && tone_codes[tone])
		xpt_str_add(&d->out, tone_codes[tone]);
}

void xpt_draw_tone_off(struct xpt_draw *d, enum xpt_tone tone)
{
	if (d->has_colour && tone_codes[tone])
		xpt_str_add(&d->out, "\033[0m");
}

void xpt_draw_blanks(struct xpt_draw *d, size_t n)
{
	for (; n; n--)
		xpt_str_addc(&d->out, ' ');
}

/*
 * Clean text from the cursor, which stands in column indent, to the end of the line; further lines begin
 * in the same column. width 0 wraps nothing. A word that is longer than the line stays whole.
 */
static void add_wrapped(struct xpt_draw *d, size_t indent, size_t width, enum xpt_tone tone,
			const char *text)
{
	size_t room = width > indent + 20 ? width - indent : 20;

	for (;;) {
		size_t fits = width ? xpt_width_fit(text, room) : strlen(text), end = fits;

		while (text[fits] && end && text[end] != ' ')
			end--;
		if (!end)
			end = fits + strcspn(text + fits, " ");
		xpt_draw_tone_on(d, tone);
		xpt_str_addn(&d->out, text, end);
		xpt_draw_tone_off(d, tone);
		xpt_str_addc(&d->out, '\n');
		text += end + strspn(text + end, " ");
		if (!*text)
			return;
		xpt_draw_blanks(d, indent);
	}
}

static char *clean_text(const char *fmt, va_list ap)
{
	XPT_FREE char *text = xpt_vfmt(fmt, ap);

	return xpt_clean(text, strlen(text));
}

void xpt_draw_line(struct xpt_draw *d, size_t indent, enum xpt_tone tone, const char *fmt, ...)
{
	XPT_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = clean_text(fmt, ap);
	va_end(ap);
	xpt_draw_blanks(d, indent);
	add_wrapped(d, indent, d->width, tone, text);
}

void xpt_draw_entry(struct xpt_draw *d, size_t indent, size_t column, const char *label,
		    enum xpt_tone tone, const char *text)
{
	XPT_FREE char *clean = xpt_clean(text, strlen(text));
	size_t used = indent + xpt_width(label);

	xpt_draw_blanks(d, indent);
	xpt_str_add(&d->out, label);
	if (used + 2 > column) {
		xpt_str_addc(&d->out, '\n');
		used = 0;
	}
	xpt_draw_blanks(d, column - used);
	add_wrapped(d, column, d->width, tone, clean);
}

void xpt_draw_fact(struct xpt_draw *d, const char *label, enum xpt_tone tone, const char *fmt, ...)
{
	XPT_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = clean_text(fmt, ap);
	va_end(ap);
	xpt_draw_entry(d, 2, XPT_DRAW_LABEL, label, tone, text);
}

void xpt_draw_gap(struct xpt_draw *d)
{
	if (d->out.len && !xpt_has_suffix(d->out.s, "\n\n"))
		xpt_str_addc(&d->out, '\n');
}

/* The words of a text with one blank between them: its own line breaks say nothing. Caller frees. */
static char *join_words(char *text)
{
	struct xpt_str s = {0};
	char *rest = NULL;

	for (char *w = strtok_r(text, " \n", &rest); w; w = strtok_r(NULL, " \n", &rest)) {
		if (s.len)
			xpt_str_addc(&s, ' ');
		xpt_str_add(&s, w);
	}
	return xpt_str_take(&s);
}

void xpt_draw_paragraphs(struct xpt_draw *d, size_t indent, const char *text)
{
	size_t width = d->width && d->width < TEXT_WIDTH ? d->width : TEXT_WIDTH;

	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);
		XPT_FREE char *piece = xpt_strndup(text, n);
		XPT_FREE char *paragraph = join_words(piece);

		xpt_draw_gap(d);
		xpt_draw_blanks(d, indent);
		add_wrapped(d, indent, width, XPT_PLAIN, paragraph);
		text += n + (end ? 2 : 0);
	}
}
