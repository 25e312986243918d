/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "answer.h"

#include <stdio.h>
#include <string.h>

static void write_missing(struct xpt_jsonw *w, const struct xpt_notes *notes)
{
	xpt_jsonw_array(w, "missing");
	for (size_t i = 0; i < notes->n; i++) {
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "what", notes->v[i].what);
		xpt_jsonw_str(w, "why", notes->v[i].sentence);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

static void write_warnings(struct xpt_jsonw *w, const struct xpt_notes *notes)
{
	xpt_jsonw_array(w, "warnings");
	for (size_t i = 0; i < notes->n; i++) {
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "reason", notes->v[i].what);
		xpt_jsonw_str(w, "subject", notes->v[i].subject);
		xpt_jsonw_str(w, "sentence", notes->v[i].sentence);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

void xpt_answer_frame(const struct xpt_ctx *ctx, const char *payload, struct xpt_str *out)
{
	struct xpt_jsonw w;

	xpt_jsonw_init(&w, out);
	xpt_jsonw_object(&w, NULL);
	xpt_jsonw_int(&w, "schema", XPT_SCHEMA);
	xpt_jsonw_str(&w, "host", ctx->host_uuid);
	write_missing(&w, &ctx->missing);
	write_warnings(&w, &ctx->warnings);
	/* The payload is an object of its own: its members become ours. */
	if (payload[1] != '}')
		xpt_str_addc(out, ',');
	xpt_str_add(out, payload + 1);
}

/* Text content of XML, straight to stdout: answers can be megabytes. */
static void print_escaped(const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, "<>&");

		fwrite(text, 1, plain, stdout);
		text += plain;
		if (*text)
			fputs(*text == '<' ? "&lt;" : *text == '>' ? "&gt;" : "&amp;", stdout);
		text += *text != '\0';
	}
}

static const char head[] = "<methodResponse><params><param><value><struct>"
			   "<member><name>Status</name><value>";
static const char tail[] = "</member></struct></value></param></params></methodResponse>\n";

void xpt_answer_print(const char *answer)
{
	fputs(head, stdout);
	fputs("Success</value></member><member><name>Value</name><value>", stdout);
	print_escaped(answer);
	fputs("</value>", stdout);
	fputs(tail, stdout);
}

/* Errors carry text of any origin; xapi takes neither control bytes nor invalid UTF-8. */
static void print_item(const char *text)
{
	XPT_FREE char *clean = xpt_clean(text, strlen(text));

	fputs("<value>", stdout);
	print_escaped(clean);
	fputs("</value>", stdout);
}

void xpt_answer_print_error(const struct xpt_err *err)
{
	XPT_STRV items = {0};

	fputs(head, stdout);
	fputs("Failure</value></member><member><name>ErrorDescription</name><value><array><data>",
	      stdout);
	xpt_err_describe(err, &items);
	for (size_t i = 0; i < items.n; i++)
		print_item(items.v[i]);
	fputs("</data></array></value>", stdout);
	fputs(tail, stdout);
}
