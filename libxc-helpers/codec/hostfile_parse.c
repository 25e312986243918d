/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/hostfile.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

struct parser {
	const char *text;
	size_t at;         /* the next byte */
	size_t end;        /* the end of the line at hand */
	size_t line_start; /* its first byte */
	unsigned line;     /* its number, from 1 */
	size_t bytes;      /* the sizes of := entries so far */
	struct xpt_hostfile *list;
	struct xpt_err *err;
};

/* ---- sentences ---- */

static int fail(const struct parser *p, int errnum, size_t at, const char *fmt, ...)
	XPT_PRINTF(4, 5);

static int fail(const struct parser *p, int errnum, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	XPT_FREE char *cause = xpt_vfmt(fmt, ap);
	va_end(ap);
	return xpt_err_set(p->err, XPT_MALFORMED, errnum, NULL, NULL, "line %u, column %zu: %s",
			   p->line, at - p->line_start + 1, cause);
}

/* The word at the given place, cleaned and shortened for a sentence. Caller frees. */
static char *word_at(const struct parser *p, size_t at)
{
	size_t n = 0;

	while (at + n < p->end && n < 32 && p->text[at + n] != ' ' && p->text[at + n] != '\t')
		n++;
	return xpt_clean(p->text + at, n);
}

/* ---- the small parts of a line ---- */

static void skip_blanks(struct parser *p)
{
	while (p->at < p->end && (p->text[p->at] == ' ' || p->text[p->at] == '\t'))
		p->at++;
}

static int expect_end(struct parser *p)
{
	skip_blanks(p);
	if (p->at == p->end)
		return 0;
	XPT_FREE char *word = word_at(p, p->at);
	return fail(p, EINVAL, p->at, "\"%s\" where the line should end (a blank is \\x20)", word);
}

/* Two hex digits at a place before limit as a byte; negative when they are not there. */
static int hex_byte(const char *text, size_t at, size_t limit)
{
	char digits[3] = "";
	uint64_t byte;

	if (limit - at < 2)
		return -EINVAL;
	memcpy(digits, text + at, 2);
	return xpt_parse_uint(digits, 16, UINT8_MAX, &byte) < 0 ? -EINVAL : (int)byte;
}

/* Take what follows a backslash. */
static int take_escape(struct parser *p, struct xpt_str *out)
{
	size_t start = p->at - 1;
	char c = p->at < p->end ? p->text[p->at++] : '\0';
	int byte;

	switch (c) {
	case 'n':
		xpt_str_addc(out, '\n');
		return 0;
	case 't':
		xpt_str_addc(out, '\t');
		return 0;
	case '\\':
		xpt_str_addc(out, '\\');
		return 0;
	case 'x':
		byte = hex_byte(p->text, p->at, p->end);
		if (byte < 0)
			return fail(p, EINVAL, start, "\\x needs two hex digits");
		p->at += 2;
		xpt_str_addc(out, (char)byte);
		return 0;
	default:
		return fail(p, EINVAL, start, "unknown escape, expected \\n, \\t, \\\\ or \\xNN");
	}
}

/* Take one byte of text or the escape it begins. */
static int take_char(struct parser *p, struct xpt_str *out)
{
	unsigned char c = (unsigned char)p->text[p->at++];

	if (c == '\\')
		return take_escape(p, out);
	if ((c < ' ' && c != '\t') || c == 0x7f)
		return fail(p, EINVAL, p->at - 1, "control byte 0x%02x, write it as \\x%02x", c, c);
	xpt_str_addc(out, (char)c);
	return 0;
}

/* Take a word: up to a blank, escapes decoded, not empty, no NUL. what names it in sentences. */
static int take_word(struct parser *p, const char *what, struct xpt_str *out)
{
	size_t start;
	int ret;

	skip_blanks(p);
	start = p->at;
	while (p->at < p->end && p->text[p->at] != ' ' && p->text[p->at] != '\t') {
		ret = take_char(p, out);
		if (ret < 0)
			return ret;
	}
	if (!out->len)
		return fail(p, EINVAL, start, "a %s is missing", what);
	if (memchr(out->s, '\0', out->len))
		return fail(p, EINVAL, start, "a %s cannot hold a NUL byte", what);
	if (out->len > XPT_HOSTFILE_MAX_PATH)
		return fail(p, EFBIG, start, "a %s has at most %u bytes", what,
			    XPT_HOSTFILE_MAX_PATH);
	return 0;
}

static int take_number(struct parser *p, const char *what, uint64_t max, size_t *ret_value)
{
	XPT_STR word = {0};
	uint64_t value = 0;
	size_t start;
	bool is_hex;
	int ret;

	skip_blanks(p);
	start = p->at;
	ret = take_word(p, what, &word);
	if (ret < 0)
		return ret;
	is_hex = xpt_has_prefix(word.s, "0x");
	ret = xpt_parse_uint(is_hex ? word.s + 2 : word.s, is_hex ? 16 : 10, max, &value);
	if (ret == -ERANGE)
		return fail(p, EFBIG, start, "a %s of at most %llu expected", what,
			    (unsigned long long)max);
	if (ret < 0)
		return fail(p, EINVAL, start, "a %s expected, a decimal number or hex after 0x",
			    what);
	*ret_value = (size_t)value;
	return 0;
}

/* ---- what may stand where ---- */

/* How many directories a valid path is below the root: 0 for "/vmlinuz". */
static int depth_of(const char *path)
{
	int depth = -1;

	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

static const char *target_fault(const char *path, const char *target)
{
	int depth = depth_of(path);

	if (*target == '/')
		return "a link target is relative, so that it stays below the root";
	while (*target) {
		size_t n = strcspn(target, "/");

		if (n == 2 && target[0] == '.' && target[1] == '.')
			depth--;
		else if (n && !(n == 1 && target[0] == '.'))
			depth++;
		if (depth < 0)
			return "the link target leaves the root";
		target += n;
		target += *target == '/';
	}
	return NULL;
}

/* ---- values ---- */

/* The bytes after "@AT", into data; *pos is the first offset that may be given, and moves on. */
static int take_run(struct parser *p, unsigned char *data, size_t size, size_t *pos)
{
	size_t at, start = p->at++;
	int byte, ret;

	ret = take_number(p, "offset", size, &at);
	if (ret < 0)
		return ret;
	if (at < *pos)
		return fail(p, EINVAL, start, "offset %zu is not past the bytes before it", at);
	for (skip_blanks(p); p->at < p->end && p->text[p->at] != '@'; skip_blanks(p)) {
		byte = hex_byte(p->text, p->at, p->end);
		if (byte < 0 || (p->at + 2 < p->end && !strchr(" \t", p->text[p->at + 2])))
			return fail(p, EINVAL, p->at, "bytes are two hex digits each");
		if (at >= size)
			return fail(p, EINVAL, p->at, "the file has only %zu bytes", size);
		data[at++] = (unsigned char)byte;
		p->at += 2;
	}
	*pos = at;
	return 0;
}

static int take_bytes(struct parser *p, const char *path)
{
	size_t size = 0, pos = 0, start = p->at;
	int ret;

	ret = take_number(p, "size", XPT_HOSTFILE_MAX_SIZE, &size);
	if (ret < 0)
		return ret;
	p->bytes += size;
	if (p->bytes > XPT_HOSTFILE_MAX_BYTES)
		return fail(p, EFBIG, start, "the := entries have more than %u bytes together",
			    XPT_HOSTFILE_MAX_BYTES);
	XPT_FREE unsigned char *data = xpt_alloc(size + 1);

	for (skip_blanks(p); p->at < p->end; skip_blanks(p)) {
		if (p->text[p->at] != '@')
			return fail(p, EINVAL, p->at, "@ and an offset expected before bytes");
		ret = take_run(p, data, size, &pos);
		if (ret < 0)
			return ret;
	}
	xpt_hostfile_add(p->list, XPT_HOSTFILE_BYTES, path, data, size)->line = p->line;
	return 0;
}

static int take_text(struct parser *p, const char *path)
{
	XPT_STR text = {0};
	int ret;

	if (p->at < p->end)
		p->at++;
	while (p->at < p->end) {
		ret = take_char(p, &text);
		if (ret < 0)
			return ret;
	}
	xpt_str_addc(&text, '\n');
	xpt_hostfile_add(p->list, XPT_HOSTFILE_TEXT, path, text.s, text.len)->line = p->line;
	return 0;
}

/* A link target or a file name; path is NULL for a directive. */
static int take_name(struct parser *p, enum xpt_hostfile_kind kind, const char *path)
{
	XPT_STR name = {0};
	const char *text, *fault = NULL;
	size_t start;
	int ret;

	skip_blanks(p);
	start = p->at;
	ret = take_word(p, kind == XPT_HOSTFILE_LINK ? "link target" : "file name", &name);
	if (ret < 0)
		return ret;
	text = xpt_str_text(&name);
	if (kind == XPT_HOSTFILE_LINK)
		fault = target_fault(path, text);
	else if (*text == '/')
		fault = "a file name is relative to the host file";
	if (fault)
		return fail(p, EINVAL, start, "%s", fault);
	ret = expect_end(p);
	if (ret < 0)
		return ret;
	xpt_hostfile_add(p->list, kind, path, text, name.len)->line = p->line;
	return 0;
}

/* ---- lines ---- */

/* Take the sign or directive at hand if it is one of first..last; XPT_HOSTFILE_KINDS otherwise. */
static enum xpt_hostfile_kind take_sign(struct parser *p, enum xpt_hostfile_kind first,
					enum xpt_hostfile_kind last)
{
	const char *s = p->text + p->at;
	size_t n = 0;

	while (p->at + n < p->end && s[n] != ' ' && s[n] != '\t')
		n++;
	for (enum xpt_hostfile_kind k = first; k <= last; k++)
		if (strlen(xpt_hostfile_sign(k)) == n && !memcmp(xpt_hostfile_sign(k), s, n)) {
			p->at += n;
			return k;
		}
	return XPT_HOSTFILE_KINDS;
}

static int take_directive(struct parser *p)
{
	enum xpt_hostfile_kind kind = take_sign(p, XPT_HOSTFILE_INCLUDE, XPT_HOSTFILE_POOL);

	if (kind == XPT_HOSTFILE_KINDS) {
		XPT_FREE char *word = word_at(p, p->at);
		return fail(p, EINVAL, p->at, "\"%s\" is none of %%include, %%xen, %%pool", word);
	}
	return take_name(p, kind, NULL);
}

static int take_dir(struct parser *p, const char *path)
{
	int ret = expect_end(p);

	if (ret < 0)
		return ret;
	xpt_hostfile_add(p->list, XPT_HOSTFILE_DIR, path, NULL, 0)->line = p->line;
	return 0;
}

static int take_entry(struct parser *p)
{
	XPT_STR path = {0};
	enum xpt_hostfile_kind kind;
	const char *fault;
	size_t start = p->at;
	bool is_dir;
	int ret;

	ret = take_word(p, "path", &path);
	if (ret < 0)
		return ret;
	is_dir = path.len > 1 && path.s[path.len - 1] == '/';
	if (is_dir)
		path.s[--path.len] = '\0';
	fault = xpt_hostfile_path_fault(path.s);
	if (fault)
		return fail(p, EINVAL, start, "%s", fault);
	if (is_dir)
		return take_dir(p, path.s);
	skip_blanks(p);
	kind = take_sign(p, XPT_HOSTFILE_TEXT, XPT_HOSTFILE_FILE);
	if (kind == XPT_HOSTFILE_KINDS)
		return fail(p, EINVAL, p->at, "one of = := -> ! < expected after the path");
	if (kind == XPT_HOSTFILE_TEXT)
		return take_text(p, path.s);
	return kind == XPT_HOSTFILE_BYTES ? take_bytes(p, path.s) : take_name(p, kind, path.s);
}

static int take_line(struct parser *p)
{
	skip_blanks(p);
	if (p->at == p->end || p->text[p->at] == '#')
		return 0;
	return p->text[p->at] == '%' ? take_directive(p) : take_entry(p);
}

int xpt_hostfile_parse(const char *text, size_t len, struct xpt_hostfile *ret_list,
		       struct xpt_err *err)
{
	XPT_HOSTFILE list = {0};
	struct parser p = {.text = text, .list = &list, .err = err};

	if (len > XPT_HOSTFILE_MAX_TEXT)
		return xpt_err_set(err, XPT_MALFORMED, EFBIG, NULL, NULL,
				   "a host file has at most %u bytes, this one has %zu",
				   XPT_HOSTFILE_MAX_TEXT, len);
	while (p.at < len) {
		const char *newline = memchr(text + p.at, '\n', len - p.at);
		int ret;

		p.line++;
		p.line_start = p.at;
		p.end = newline ? (size_t)(newline - text) : len;
		ret = take_line(&p);
		if (ret < 0)
			return ret;
		p.at = p.end + 1;
	}
	*ret_list = list;
	list = (struct xpt_hostfile){0};
	return 0;
}
