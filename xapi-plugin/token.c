/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One-time tokens between a coordinator's plugin and a supporter's.
 *
 * A token is "ID-SECRET". The pool's other_config holds, under TOKEN_KEY + ID, "EXPIRY DIGEST": the digest
 * of secret, host, function and arguments, because many may read that map. Spending adds USED_KEY +
 * ID, which fails when it is there (xapi's test-and-set), looks at the token again, and removes both.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "codec/sha256.h"
#include "host/random.h"
#include "rights.h"

#define TOKEN_KEY "xe-passthrough:token:"
#define USED_KEY "xe-passthrough:token-used:"
#define ID_LEN 8
#define SECRET_LEN 32
#define TOKEN_LEN (ID_LEN + 1 + SECRET_LEN)

/* What a token is good for: exactly this call on exactly this host. */
static void digest(const struct xpt_request *r, const char *host_uuid, const char *token,
		   char ret[XPT_SHA256_HEX])
{
	XPT_STRV lines = {0};
	XPT_FREE char *text = NULL, *whole = NULL;

	for (size_t i = 0; i < r->args->n; i++) {
		const char *key = r->args->key[i], *value = xpt_value_text(r->args->item[i]);

		if (strcmp(key, "token") != 0 && strcmp(key, "host") != 0)
			xpt_strv_addf(&lines, "%zu:%s=%zu:%s", strlen(key), key, strlen(value),
				      value);
	}
	xpt_strv_sort(&lines);
	text = xpt_strv_join(&lines, "\n");
	whole = xpt_fmt("%s\n%s\n%s\n%s", token, host_uuid, r->function->name, text);
	xpt_sha256_hex(whole, strlen(whole), ret);
}

static int add_key(struct xpt_ctx *ctx, const char *pool, const char *key, const char *value,
		   struct xpt_err *err)
{
	return xpt_xapi_calls(ctx->xapi, "pool.add_to_other_config",
			      XPT_XAPI_STRS(pool, key, value), NULL, err);
}

static void remove_key(struct xpt_ctx *ctx, const char *pool, const char *key)
{
	/* Removing an absent key succeeds; another failure leaves a key that expires. */
	(void)xpt_xapi_calls(ctx->xapi, "pool.remove_from_other_config", XPT_XAPI_STRS(pool, key),
			     NULL, NULL);
}

int xpt_token_make(struct xpt_ctx *ctx, const char *pool_ref, const char *host_uuid, char **ret,
		   struct xpt_err *err)
{
	char token[TOKEN_LEN + 1], hex[XPT_SHA256_HEX];
	XPT_FREE char *key = NULL, *value = NULL;
	int failed = xpt_random_hex(token, ID_LEN, err);

	if (!failed)
		failed = xpt_random_hex(token + ID_LEN + 1, SECRET_LEN, err);
	if (failed)
		return failed;
	key = xpt_fmt(TOKEN_KEY "%.*s", ID_LEN, token);
	token[ID_LEN] = '-';
	digest(&ctx->request, host_uuid, token, hex);
	value = xpt_fmt("%lld %s", (long long)time(NULL) + XPT_TOKEN_SECONDS, hex);
	failed = add_key(ctx, pool_ref, key, value, err);
	if (!failed)
		*ret = xpt_strdup(token);
	return failed;
}

void xpt_token_remove(struct xpt_ctx *ctx, const char *pool_ref, const char *token)
{
	XPT_FREE char *key = xpt_fmt(TOKEN_KEY "%.*s", ID_LEN, token);

	remove_key(ctx, pool_ref, key);
}

/* When a stored token ends; 0 when it is not one. */
static long long expiry_of(const char *stored)
{
	const char *blank = stored ? strchr(stored, ' ') : NULL;
	XPT_FREE char *text = blank ? xpt_strndup(stored, (size_t)(blank - stored)) : NULL;
	uint64_t until;

	return text && xpt_parse_uint(text, 10, INT64_MAX, &until) == 0 ? (long long)until : 0;
}

void xpt_token_sweep(struct xpt_ctx *ctx, const struct xpt_pool *pool)
{
	const struct xpt_value *config = pool->other_config;

	for (size_t i = 0; config && i < config->n; i++) {
		if (xpt_has_prefix(config->key[i], TOKEN_KEY) &&
		    expiry_of(xpt_value_text(config->item[i])) < (long long)time(NULL))
			remove_key(ctx, pool->ref, config->key[i]);
	}
}

static bool is_good(const struct xpt_ctx *ctx, const char *token, const char *stored)
{
	char hex[XPT_SHA256_HEX];

	if (!stored || !ctx->host_uuid || expiry_of(stored) < (long long)time(NULL))
		return false;
	digest(&ctx->request, ctx->host_uuid, token, hex);
	return !strcmp(hex, strchr(stored, ' ') + 1);
}

static int denied(const char *why, struct xpt_err *err)
{
	return xpt_err_set(err, XPT_DENIED, EACCES, "token",
			   "call the plugin of the coordinator with host=, and give no token",
			   "the token is not good for this call: %s", why);
}

/* Is the token still in the database, now that no other may spend it? */
static bool is_still_there(struct xpt_ctx *ctx, const char *pool, const char *key)
{
	XPT_VALUE *config = NULL;

	return xpt_xapi_calls(ctx->xapi, "pool.get_other_config", XPT_XAPI_STRS(pool), &config,
			      NULL) == 0 &&
	       xpt_value_get(config, key);
}

int xpt_token_spend(struct xpt_ctx *ctx, const struct xpt_pool *pool, struct xpt_err *err)
{
	const char *token = xpt_request_get(&ctx->request, "token");
	XPT_FREE char *key = NULL, *used = NULL;
	bool is_there;

	if (strlen(token) != TOKEN_LEN || token[ID_LEN] != '-')
		return denied("it is not one", err);
	key = xpt_fmt(TOKEN_KEY "%.*s", ID_LEN, token);
	used = xpt_fmt(USED_KEY "%.*s", ID_LEN, token);
	if (!is_good(ctx, token, xpt_value_get_text(pool->other_config, key)))
		return denied("it is unknown, used, expired or made for another call", err);
	if (add_key(ctx, pool->ref, used, "1", NULL) < 0)
		return denied("it is being used", err);
	is_there = is_still_there(ctx, pool->ref, key);
	remove_key(ctx, pool->ref, key);
	remove_key(ctx, pool->ref, used);
	if (!is_there)
		return denied("it was used", err);
	ctx->who = xpt_strdup("a pool admin by way of the coordinator");
	return 0;
}
