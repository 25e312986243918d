/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "suggest.h"

#include <string.h>

#define WORD_MAX 64

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment; both words shorter than WORD_MAX. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t n = strlen(a), m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		above[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = smaller(row[j], smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[m];
}

const char *xpt_suggest(const char *word, const struct xpt_strv *candidates)
{
	size_t len = strlen(word), best = 1 + (len + 1) / 3;
	const char *found = NULL;

	if (len >= WORD_MAX)
		return NULL;
	for (size_t i = 0; i < candidates->n; i++) {
		size_t far;

		if (strlen(candidates->v[i]) >= WORD_MAX)
			continue;
		far = distance(word, candidates->v[i]);
		if (far < best) {
			best = far;
			found = candidates->v[i];
		}
	}
	return found;
}
