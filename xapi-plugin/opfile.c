/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opfile.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "host/fs.h"

#define STATE_DIR "/var/lib/xe-passthrough"
#define JOURNAL_DIR STATE_DIR "/journal"
#define HISTORY STATE_DIR "/history"
#define JOURNAL_MAX (1u << 20)
#define HISTORY_MAX (4u << 20)
/* Past this, the older half of the history goes. */
#define HISTORY_TRIM (1u << 20)

static char *journal_path(const char *id)
{
	return xpt_fmt(JOURNAL_DIR "/%s", id);
}

static char *format_now(const char *fmt)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[40];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), fmt, &tm);
	return xpt_strdup(text);
}

/* Time, and a tail that tells two of the same second apart (one process begins one operation). */
static char *new_id(void)
{
	XPT_FREE char *stamp = format_now("%Y%m%d-%H%M%S");

	return xpt_fmt("%s-%04x", stamp, (unsigned)getpid() & 0xffff);
}

int xpt_opfile_begin(struct xpt_ctx *ctx, struct xpt_op *op, struct xpt_err *err)
{
	XPT_FREE char *path = NULL;
	XPT_STR text = {0};
	int failed = xpt_fs_mkdir(&ctx->host, JOURNAL_DIR, err);

	if (failed)
		return failed;
	op->id = new_id();
	op->time = format_now("%Y-%m-%dT%H:%M:%SZ");
	op->function = xpt_strdup(ctx->request.function->name);
	op->who = xpt_strdup(ctx->who);
	path = journal_path(op->id);
	xpt_journal_write_op(&text, op);
	failed = xpt_fs_write_file(&ctx->host, path, text.s, text.len, 0600, err);
	if (failed)
		xpt_err_prefix(err, "nothing was changed, because the journal cannot be written: ");
	return failed;
}

static int append(struct xpt_ctx *ctx, const struct xpt_op *op, const struct xpt_str *line,
		  struct xpt_err *err)
{
	XPT_FREE char *path = journal_path(op->id);

	return xpt_fs_append_line(&ctx->host, path, line->s, line->len, err);
}

int xpt_opfile_step(struct xpt_ctx *ctx, struct xpt_op *op, size_t step, enum xpt_step_state state,
		    struct xpt_err *err)
{
	XPT_STR line = {0};
	int failed;

	xpt_journal_write_state(&line, step, state);
	failed = append(ctx, op, &line, err);
	if (!failed)
		op->steps[step].state = state;
	return failed;
}

int xpt_opfile_unsettled(struct xpt_ctx *ctx, const struct xpt_op *op, const char *sentence,
			 struct xpt_err *err)
{
	XPT_STR line = {0};

	if (xpt_streq(op->unsettled, sentence))
		return 0;
	xpt_journal_write_unsettled(&line, sentence);
	return append(ctx, op, &line, err);
}

static void write_history_line(struct xpt_str *out, const struct xpt_op *op, const char *result)
{
	XPT_FREE char *devices = xpt_strv_join(&op->devices, ", ");
	const char *vm = op->vm_name ? op->vm_name : op->vm;
	struct xpt_jsonw w;

	xpt_jsonw_init(&w, out);
	xpt_jsonw_object(&w, NULL);
	xpt_jsonw_str(&w, "operation", op->id);
	xpt_jsonw_str(&w, "function", op->function);
	xpt_jsonw_str(&w, "time", op->time);
	xpt_jsonw_str(&w, "who", op->who);
	xpt_jsonw_strv(&w, "devices", &op->devices);
	xpt_jsonw_str(&w, "vm", op->vm);
	xpt_jsonw_str(&w, "vm_name", op->vm_name);
	xpt_jsonw_str(&w, "result", result);
	xpt_jsonw_strf(&w, "sentence", "%s %s%s%s by %s", op->function, devices,
		       vm ? " for VM " : "", vm ? vm : "", op->who ? op->who : "?");
	xpt_jsonw_end(&w);
	xpt_str_addc(out, '\n');
}

static void log_end(const struct xpt_op *op, const char *result)
{
	XPT_FREE char *devices = xpt_strv_join(&op->devices, ",");
	XPT_FREE char *line =
		xpt_fmt("%s %s: devices=%s vm=%s by='%s' operation=%s", op->function, result,
			devices, op->vm ? op->vm : "-", op->who ? op->who : "?", op->id);
	XPT_FREE char *clean = xpt_clean(line, strlen(line));

	openlog("xe-passthrough", LOG_PID, LOG_DAEMON);
	syslog(LOG_NOTICE, "%s", clean);
	closelog();
}

int xpt_opfile_history(struct xpt_ctx *ctx, char **ret, struct xpt_err *err)
{
	if (!xpt_fs_exists(&ctx->host, HISTORY)) {
		*ret = xpt_strdup("");
		return 0;
	}
	return xpt_fs_read_file(&ctx->host, HISTORY, HISTORY_MAX, ret, NULL, err);
}

/* Add a line; when the file has grown past its limit, keep the newer half of it. */
static int add_history(struct xpt_ctx *ctx, const struct xpt_op *op, const struct xpt_str *line,
		       struct xpt_err *err)
{
	XPT_FREE char *old = NULL;
	XPT_STR kept = {0};
	const char *from;
	int failed = xpt_opfile_history(ctx, &old, err);

	if (failed)
		return failed;
	/* A crash between this and the journal's removal would write the line twice. */
	if (strstr(old, op->id))
		return 0;
	if (strlen(old) < HISTORY_TRIM)
		return xpt_fs_append_line(&ctx->host, HISTORY, line->s, line->len, err);
	from = strchr(old + strlen(old) / 2, '\n');
	xpt_str_add(&kept, from ? from + 1 : "");
	xpt_str_addn(&kept, line->s, line->len);
	return xpt_fs_write_file(&ctx->host, HISTORY, kept.s, kept.len, 0600, err);
}

int xpt_opfile_end(struct xpt_ctx *ctx, const struct xpt_op *op, const char *result,
		   struct xpt_err *err)
{
	XPT_FREE char *path = journal_path(op->id);
	XPT_ERR why = XPT_ERR_INIT;
	XPT_STR line = {0};

	write_history_line(&line, op, result);
	/* The change is what it is: a history that cannot be written must not stop the next one. */
	if (add_history(ctx, op, &line, &why) < 0)
		xpt_ctx_missing(ctx, "history", why.sentence);
	log_end(op, result);
	return xpt_fs_remove(&ctx->host, path, err);
}

static int load_one(struct xpt_ctx *ctx, const char *id, struct xpt_op *ret, struct xpt_err *err)
{
	XPT_FREE char *path = journal_path(id), *text = NULL;
	size_t len;
	int failed = xpt_fs_read_file(&ctx->host, path, JOURNAL_MAX, &text, &len, err);

	if (!failed)
		failed = xpt_journal_parse(text, len, ret, err);
	if (!failed && ret->id && strcmp(ret->id, id) != 0) {
		xpt_op_done(ret);
		failed = xpt_err_set(err, XPT_MALFORMED, EINVAL, path, NULL,
				     "it holds the operation of another name");
	}
	if (failed) {
		xpt_err_prefix(err, "the journal %s cannot be read: ", path);
		xpt_err_hint(err, "look at it, and remove it when what it says is done or undone");
	}
	return failed;
}

int xpt_opfile_load(struct xpt_ctx *ctx, struct xpt_ops *ret, struct xpt_err *err)
{
	struct xpt_ops ops = {0};
	XPT_STRV names = {0};
	int failed = xpt_fs_names(&ctx->host, &names, JOURNAL_DIR);

	if (failed < 0 && failed != -ENOENT)
		return xpt_err_sys(err, -failed, JOURNAL_DIR, "cannot list " JOURNAL_DIR);
	for (size_t i = 0; i < names.n; i++) {
		struct xpt_op op = {0};

		/* A temporary that a crash left behind: its operation was not begun. */
		if (!isdigit((unsigned char)names.v[i][0]))
			continue;
		failed = load_one(ctx, names.v[i], &op, err);
		if (failed) {
			xpt_ops_done(&ops);
			return failed;
		}
		if (!op.id)
			continue;
		ops.v = xpt_grow(ops.v, ops.n + 1, sizeof(*ops.v));
		ops.v[ops.n++] = op;
	}
	*ret = ops;
	return 0;
}

void xpt_ops_done(struct xpt_ops *ops)
{
	for (size_t i = 0; i < ops->n; i++)
		xpt_op_done(&ops->v[i]);
	free(ops->v);
	*ops = (struct xpt_ops){0};
}
