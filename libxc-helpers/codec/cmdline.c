/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/cmdline.h"

#include <string.h>

bool xpt_cmdline_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c == 0xa0;
}

static size_t kernel_word_len(const char *s)
{
	bool in_quotes = false;
	size_t n = 0;

	while (s[n] && (in_quotes || !xpt_cmdline_is_space(s[n]))) {
		if (s[n] == '"')
			in_quotes = !in_quotes;
		n++;
	}
	return n;
}

void xpt_cmdline_words(const char *line, struct xpt_strv *ret)
{
	while (*line) {
		size_t n = kernel_word_len(line);

		if (n)
			xpt_strv_take(ret, xpt_strndup(line, n));
		line += n;
		while (xpt_cmdline_is_space(*line))
			line++;
	}
}

static char fold_dash(char c)
{
	return c == '-' ? '_' : c;
}

/* The length of key where name starts with it in the kernel's eyes, else 0. */
static size_t match_name(const char *name, const char *key)
{
	size_t n = 0;

	while (key[n] && fold_dash(name[n]) == fold_dash(key[n]))
		n++;
	return key[n] ? 0 : n;
}

/* len bytes without the quote at their end, if there is one and open says that it closes one. */
static char *unquoted(const char *s, size_t len, bool open)
{
	return xpt_strndup(s, open && len && s[len - 1] == '"' ? len - 1 : len);
}

static void add_kernel_value(const char *word, const char *key, struct xpt_strv *ret)
{
	bool open = *word == '"';
	const char *s = word + open;
	size_t n = match_name(s, key);

	if (!n)
		return;
	s += n;
	if (!*s || (open && !strcmp(s, "\""))) {
		xpt_strv_add(ret, "");
	} else if (*s == '=') {
		s++;
		if (*s == '"') {
			open = true;
			s++;
		}
		xpt_strv_take(ret, unquoted(s, strlen(s), open));
	}
}

void xpt_cmdline_values(const struct xpt_strv *words, const char *key, struct xpt_strv *ret)
{
	for (size_t i = 0; i < words->n && strcmp(words->v[i], "--") != 0; i++)
		add_kernel_value(words->v[i], key, ret);
}

/* White space as Python's \s has it, for ASCII. */
static bool is_python_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

/* The word at s, which is no white space: a first character, then up to a blank or a quote, then
 * perhaps one quoted part, then up to white space. */
static size_t exact_word_len(const char *s)
{
	size_t n = 1;

	n += strcspn(s + n, " \"");
	if (s[n] == '"') {
		const char *end = strchr(s + n + 1, '"');

		if (end)
			n = (size_t)(end - s) + 1;
	}
	while (s[n] && !is_python_space(s[n]))
		n++;
	return n;
}

void xpt_cmdline_words_exact(const char *line, struct xpt_strv *ret)
{
	while (*line) {
		size_t n = 1;

		if (!is_python_space(*line)) {
			n = exact_word_len(line);
			xpt_strv_take(ret, xpt_strndup(line, n));
		}
		line += n;
	}
}

/* What follows the name and its '=' in a word of this key ("" for a bare one), NULL for others. */
static const char *exact_value(const char *word, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(word, key, n) != 0 || (word[n] && word[n] != '='))
		return NULL;
	return word[n] ? word + n + 1 : "";
}

void xpt_cmdline_values_exact(const struct xpt_strv *words, const char *key, struct xpt_strv *ret)
{
	for (size_t i = 0; i < words->n; i++) {
		const char *value = exact_value(words->v[i], key);

		if (value)
			xpt_strv_add(ret, value);
	}
}

char *xpt_cmdline_edit(const char *line, const char *key, const char *word)
{
	XPT_STRV words = {0};
	XPT_STRV kept = {0};

	xpt_cmdline_words_exact(line, &words);
	for (size_t i = 0; i < words.n; i++) {
		if (!exact_value(words.v[i], key))
			xpt_strv_add(&kept, words.v[i]);
	}
	if (word)
		xpt_strv_add(&kept, word);
	return xpt_strv_join(&kept, " ");
}
