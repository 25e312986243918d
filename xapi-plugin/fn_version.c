/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version and describe: about the plugin itself, from the contract alone. */
#include "handlers.h"

static void write_version(struct xpt_jsonw *w)
{
	xpt_jsonw_str(w, "version", XPT_VERSION);
	xpt_jsonw_int(w, "contract", XPT_CONTRACT);
}

int xpt_fn_version(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	(void)ctx;
	(void)err;
	write_version(w);
	return 0;
}

static void describe_params(struct xpt_jsonw *w, const struct xpt_param *params, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct xpt_param *p = &params[i];

		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "name", p->name);
		xpt_jsonw_str(w, "type", xpt_type_name(p->type));
		xpt_jsonw_bool(w, "required", p->required);
		xpt_jsonw_array(w, "choices");
		for (size_t c = 0; p->choices && p->choices[c]; c++)
			xpt_jsonw_str(w, NULL, p->choices[c]);
		xpt_jsonw_end(w);
		xpt_jsonw_str(w, "help", p->help);
		xpt_jsonw_end(w);
	}
}

static void describe_fields(struct xpt_jsonw *w, const struct xpt_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "path", fields[i].path);
		xpt_jsonw_str(w, "type", xpt_type_name(fields[i].type));
		xpt_jsonw_bool(w, "may_be_null", fields[i].may_be_null);
		xpt_jsonw_str(w, "help", fields[i].help);
		xpt_jsonw_end(w);
	}
}

static void describe_function(struct xpt_jsonw *w, const struct xpt_function *f)
{
	bool is_change = f->effect == XPT_CHANGES;

	xpt_jsonw_object(w, NULL);
	xpt_jsonw_str(w, "name", f->name);
	xpt_jsonw_str(w, "effect", xpt_effect_name(f->effect));
	xpt_jsonw_str(w, "summary", f->summary);
	xpt_jsonw_array(w, "parameters");
	describe_params(w, f->params, f->n_params);
	describe_params(w, xpt_change_params, is_change ? xpt_n_change_params : 0);
	describe_params(w, xpt_common_params, xpt_n_common_params);
	xpt_jsonw_end(w);
	xpt_jsonw_array(w, "answer");
	describe_fields(w, xpt_common_fields, xpt_n_common_fields);
	describe_fields(w, xpt_change_fields, is_change ? xpt_n_change_fields : 0);
	describe_fields(w, f->fields, f->n_fields);
	xpt_jsonw_end(w);
	xpt_jsonw_end(w);
}

static void describe_reason(struct xpt_jsonw *w, enum xpt_reason reason)
{
	const struct xpt_reason_info *info = xpt_reason_info(reason);

	xpt_jsonw_object(w, NULL);
	xpt_jsonw_str(w, "name", info->name);
	xpt_jsonw_str(w, "override",
		      !info->can_override ? "never"
		      : info->costs_host  ? "per-device"
					  : "plain");
	xpt_jsonw_str(w, "meaning", info->meaning);
	xpt_jsonw_end(w);
}

int xpt_fn_describe(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	(void)ctx;
	(void)err;
	write_version(w);
	xpt_jsonw_array(w, "functions");
	for (size_t i = 0; i < xpt_n_functions; i++)
		describe_function(w, &xpt_functions[i]);
	xpt_jsonw_end(w);
	xpt_jsonw_array(w, "reasons");
	for (int reason = 0; reason < XPT_REASONS; reason++)
		describe_reason(w, (enum xpt_reason)reason);
	xpt_jsonw_end(w);
	return 0;
}
