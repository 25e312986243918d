/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/journal.h"

#include <errno.h>
#include <string.h>

#include "codec/json.h"
#include "codec/jsonw.h"

#define JOURNAL_VERSION 1

static const char *const state_names[] = {"planned", "started", "done", "undone"};

const char *xpt_step_state_name(enum xpt_step_state state)
{
	return state_names[state];
}

void xpt_op_add_step(struct xpt_op *op, const char *kind, const char *subject, const char *object,
		     const char *from, const char *to)
{
	op->steps = xpt_grow(op->steps, op->n_steps + 1, sizeof(*op->steps));
	op->steps[op->n_steps++] = (struct xpt_step){
		xpt_strdup(kind), xpt_strdup(subject), xpt_strdup(object),
		xpt_strdup(from), xpt_strdup(to),      XPT_STEP_PLANNED,
	};
}

void xpt_op_done(struct xpt_op *op)
{
	for (size_t i = 0; i < op->n_steps; i++) {
		free(op->steps[i].kind);
		free(op->steps[i].subject);
		free(op->steps[i].object);
		free(op->steps[i].from);
		free(op->steps[i].to);
	}
	free(op->steps);
	free(op->id);
	free(op->function);
	free(op->time);
	free(op->who);
	free(op->vm);
	free(op->vm_name);
	free(op->unsettled);
	xpt_strv_done(&op->devices);
	*op = (struct xpt_op){0};
}

static void write_step(struct xpt_jsonw *w, const struct xpt_step *step)
{
	xpt_jsonw_object(w, NULL);
	xpt_jsonw_exact(w, "kind", step->kind);
	xpt_jsonw_exact(w, "subject", step->subject);
	xpt_jsonw_exact(w, "object", step->object);
	xpt_jsonw_exact(w, "from", step->from);
	xpt_jsonw_exact(w, "to", step->to);
	xpt_jsonw_end(w);
}

void xpt_journal_write_op(struct xpt_str *out, const struct xpt_op *op)
{
	struct xpt_jsonw w;

	xpt_jsonw_init(&w, out);
	xpt_jsonw_object(&w, NULL);
	xpt_jsonw_int(&w, "v", JOURNAL_VERSION);
	xpt_jsonw_str(&w, "operation", op->id);
	xpt_jsonw_str(&w, "function", op->function);
	xpt_jsonw_str(&w, "time", op->time);
	xpt_jsonw_str(&w, "who", op->who);
	xpt_jsonw_str(&w, "vm", op->vm);
	xpt_jsonw_str(&w, "vm_name", op->vm_name);
	xpt_jsonw_strv(&w, "devices", &op->devices);
	xpt_jsonw_array(&w, "steps");
	for (size_t i = 0; i < op->n_steps; i++)
		write_step(&w, &op->steps[i]);
	xpt_jsonw_end(&w);
	xpt_jsonw_end(&w);
	xpt_str_addc(out, '\n');
}

void xpt_journal_write_state(struct xpt_str *out, size_t step, enum xpt_step_state state)
{
	struct xpt_jsonw w;

	xpt_jsonw_init(&w, out);
	xpt_jsonw_object(&w, NULL);
	xpt_jsonw_int(&w, "step", (long long)step);
	xpt_jsonw_str(&w, "state", state_names[state]);
	xpt_jsonw_end(&w);
	xpt_str_addc(out, '\n');
}

void xpt_journal_write_unsettled(struct xpt_str *out, const char *sentence)
{
	struct xpt_jsonw w;

	xpt_jsonw_init(&w, out);
	xpt_jsonw_object(&w, NULL);
	xpt_jsonw_str(&w, "unsettled", sentence);
	xpt_jsonw_end(&w);
	xpt_str_addc(out, '\n');
}

static void read_steps(const struct xpt_json *steps, struct xpt_op *op)
{
	for (size_t i = 0; i < xpt_json_len(steps); i++) {
		const struct xpt_json *s = xpt_json_at(steps, i);

		xpt_op_add_step(op, xpt_json_get_str(s, "kind"), xpt_json_get_str(s, "subject"),
				xpt_json_get_str(s, "object"), xpt_json_get_str(s, "from"),
				xpt_json_get_str(s, "to"));
	}
}

static bool is_whole(const struct xpt_op *op)
{
	for (size_t i = 0; i < op->n_steps; i++) {
		if (!op->steps[i].kind || !op->steps[i].subject || !op->steps[i].object)
			return false;
	}
	return op->id && op->function;
}

static int read_first(const struct xpt_json *line, struct xpt_op *op, struct xpt_err *err)
{
	const struct xpt_json *devices = xpt_json_get(line, "devices");

	if (xpt_json_get_int(line, "v") != JOURNAL_VERSION)
		return xpt_err_set(err, XPT_UNSUPPORTED, EPROTO, NULL,
				   "install the version of xe-passthrough that wrote it",
				   "it was written by another version of xe-passthrough");
	op->id = xpt_strdup(xpt_json_get_str(line, "operation"));
	op->function = xpt_strdup(xpt_json_get_str(line, "function"));
	op->time = xpt_strdup(xpt_json_get_str(line, "time"));
	op->who = xpt_strdup(xpt_json_get_str(line, "who"));
	op->vm = xpt_strdup(xpt_json_get_str(line, "vm"));
	op->vm_name = xpt_strdup(xpt_json_get_str(line, "vm_name"));
	for (size_t i = 0; i < xpt_json_len(devices); i++) {
		const char *device = xpt_json_str(xpt_json_at(devices, i));

		if (device)
			xpt_strv_add(&op->devices, device);
	}
	read_steps(xpt_json_get(line, "steps"), op);
	if (!is_whole(op))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
				   "line 1 lacks members of an operation");
	return 0;
}

static int read_state(const struct xpt_json *line, size_t number, struct xpt_op *op,
		      struct xpt_err *err)
{
	const struct xpt_json *step = xpt_json_get(line, "step");
	const char *name = xpt_json_get_str(line, "state");
	const char *unsettled = xpt_json_get_str(line, "unsettled");

	if (unsettled) {
		free(op->unsettled);
		op->unsettled = xpt_strdup(unsettled);
		return 0;
	}
	for (size_t s = 0; name && xpt_json_is_int(step) && s < XPT_ARRAY_SIZE(state_names); s++) {
		long long i = xpt_json_int(step);

		if (!strcmp(state_names[s], name) && i >= 0 && (size_t)i < op->n_steps) {
			op->steps[i].state = (enum xpt_step_state)s;
			return 0;
		}
	}
	return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL, "line %zu is not a step's state",
			   number);
}

static int read_line(const char *text, size_t len, size_t number, struct xpt_op *op,
		     struct xpt_err *err)
{
	XPT_JSON *line = NULL;
	int failed = xpt_json_parse(text, len, &line, err);

	if (failed) {
		xpt_err_prefix(err, "line %zu: ", number);
		return failed;
	}
	return number == 1 ? read_first(line, op, err) : read_state(line, number, op, err);
}

int xpt_journal_parse(const char *text, size_t len, struct xpt_op *ret, struct xpt_err *err)
{
	XPT_OP op = {0};
	const char *end = text + len, *newline;

	for (size_t number = 1; (newline = memchr(text, '\n', (size_t)(end - text))); number++) {
		int failed = read_line(text, (size_t)(newline - text), number, &op, err);

		if (failed)
			return failed;
		text = newline + 1;
	}
	*ret = op;
	op = (struct xpt_op){0};
	return 0;
}

size_t xpt_op_steps_done(const struct xpt_op *op)
{
	size_t n = 0;

	for (size_t i = 0; i < op->n_steps; i++)
		n += op->steps[i].state == XPT_STEP_DONE;
	return n;
}
